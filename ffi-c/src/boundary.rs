//! NULL, UTF-8, panics, SIGPIPE, out-parameters and the life of texts: the only home of `unsafe` besides the exported names.
//!
//! Everything here trusts what the header asks of a program in C: a pointer is NULL or points to what its type says, a
//! text ends with NUL, an array is as long as the number beside it, and a handle is given back once.

use std::{
    borrow::Cow,
    collections::HashMap,
    ffi::{CStr, CString, c_char, c_void},
    mem::MaybeUninit,
    panic::{AssertUnwindSafe, catch_unwind},
    ptr, slice,
    sync::{Mutex, PoisonError},
};

use ringback::{Error, ErrorKind, Result};

use crate::error::ringback_error;

/// What a function that can fail gives to C: NULL on success.
pub(crate) type Failure = Option<Box<ringback_error>>;

/// Runs what can fail.
pub(crate) fn run(body: impl FnOnce() -> Result<()>) -> Failure {
    let result = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| Err(of_panic(&*panic)));
    result.err().map(|error| Box::new(ringback_error::from(error)))
}

/// Runs what can fail and talks to the network, without letting a peer that hangs up kill the program.
pub(crate) fn run_with_network(body: impl FnOnce() -> Result<()>) -> Failure {
    sigpipe::without(|| run(body))
}

/// Runs what cannot fail; `fallback` is given for NULL and after a panic.
pub(crate) fn read<T>(fallback: T, body: impl FnOnce() -> Option<T>) -> T {
    catch_unwind(AssertUnwindSafe(body)).ok().flatten().unwrap_or(fallback)
}

/// Takes back a handle.
pub(crate) fn free<T>(handle: Option<Box<T>>) {
    drop(catch_unwind(AssertUnwindSafe(|| drop(handle))));
}

/// Takes back a handle that may close connections.
pub(crate) fn free_with_network<T>(handle: Option<Box<T>>) {
    sigpipe::without(|| free(handle));
}

fn of_panic(panic: &(dyn std::any::Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("no message");
    // where it happened decides the outcome, and nothing of that is known any more
    Error::new(ErrorKind::Internal, format!("the library panicked: {text}")).with_outcome(ringback::Outcome::Unknown)
}

fn null(name: &str) -> Error {
    Error::invalid_argument(format!("{name} must not be NULL"))
}

/// A handle or a place that must not be NULL.
pub(crate) fn given<T>(argument: Option<T>, name: &str) -> Result<T> {
    argument.ok_or_else(|| null(name))
}

/// A place for a result that must not be NULL; it is written on success only.
pub(crate) fn place<'a, T>(place: Option<&'a mut MaybeUninit<T>>, name: &str) -> Result<&'a mut MaybeUninit<T>> {
    given(place, name)
}

/// A text that must not be NULL.
pub(crate) fn text<'a>(text: *const c_char, name: &str) -> Result<&'a str> {
    optional_text(text, name)?.ok_or_else(|| null(name))
}

/// A text, or nothing for NULL.
pub(crate) fn optional_text<'a>(text: *const c_char, name: &str) -> Result<Option<&'a str>> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, so by the contract of the header it ends with NUL and stays until the function returns.
    let text = unsafe { CStr::from_ptr(text) };
    let text =
        text.to_str().map_err(|cause| Error::invalid_argument(format!("{name} is not UTF-8")).with_source(cause));
    text.map(Some)
}

/// Texts in an array, none of them NULL; the array itself may be NULL if it is empty.
pub(crate) fn texts<'a>(array: *const *const c_char, count: usize, name: &str) -> Result<Vec<&'a str>> {
    items(array, count, name)?
        .iter()
        .enumerate()
        .map(|(index, item)| text(*item, &format!("{name}[{index}]")))
        .collect()
}

/// Texts in an array as far as they are UTF-8, none of them NULL: what a stranger sent may be anything.
pub(crate) fn lossy_texts<'a>(array: *const *const c_char, count: usize, name: &str) -> Result<Vec<Cow<'a, str>>> {
    let item = |(index, item): (usize, &*const c_char)| {
        if item.is_null() {
            return Err(null(&format!("{name}[{index}]")));
        }
        // SAFETY: not NULL, so by the contract of the header it ends with NUL and lives during the call.
        Ok(unsafe { CStr::from_ptr(*item) }.to_string_lossy())
    };
    items(array, count, name)?.iter().enumerate().map(item).collect()
}

/// Handles in an array, each of which may be NULL; so may the array itself if it is empty.
pub(crate) fn handles<'a, T>(array: *const *const T, count: usize, name: &str) -> Result<Vec<Option<&'a T>>> {
    // SAFETY: each is NULL or points to a handle that stays until the function returns.
    Ok(items(array, count, name)?.iter().map(|handle| unsafe { handle.as_ref() }).collect())
}

/// Bytes of any kind; NULL only where there are none.
pub(crate) fn bytes<'a>(bytes: *const c_void, length: usize, name: &str) -> Result<&'a [u8]> {
    if length == 0 {
        return Ok(&[]);
    }
    if bytes.is_null() {
        return Err(null(name));
    }
    // SAFETY: not NULL, so by the contract of the header it holds as many bytes as its length says.
    Ok(unsafe { slice::from_raw_parts(bytes.cast::<u8>(), length) })
}

/// Numbers or pointers in an array; NULL only where there are none.
pub(crate) fn items<'a, T: Copy>(array: *const T, count: usize, name: &str) -> Result<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    if array.is_null() {
        return Err(null(name));
    }
    // SAFETY: not NULL, so by the contract of the header it holds as many items as its count says.
    Ok(unsafe { slice::from_raw_parts(array, count) })
}

/// Writes numbers to an array that has room for them; NULL only where there are none.
pub(crate) fn fill<T: Copy>(array: *mut T, name: &str, items: &[T]) -> Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    if array.is_null() {
        return Err(null(name));
    }
    // SAFETY: not NULL, so by the contract of the header it has room for all; they are the library's, and overlap nothing.
    unsafe { ptr::copy_nonoverlapping(items.as_ptr(), array, items.len()) };
    Ok(())
}

/// Texts that a handle has given out, kept until the handle is freed.
#[derive(Debug, Default)]
pub(crate) struct Texts(Mutex<HashMap<String, CString>>);

impl Texts {
    /// The text of this name, made when it is first asked for; NULL if there is none.
    pub(crate) fn give(&self, name: &str, make: impl FnOnce() -> Option<String>) -> *const c_char {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = known.get(name) {
            return text.as_ptr();
        }
        let Some(text) = make() else { return ptr::null() };
        // a CString keeps its place when the map grows, and nothing is taken out of the map
        known.entry(name.to_owned()).or_insert(owned(text)).as_ptr()
    }
}

/// A text for C; U+FFFD stands where a NUL would end it early.
pub(crate) fn owned(text: String) -> CString {
    CString::new(text).unwrap_or_else(|error| {
        let text = String::from_utf8_lossy(&error.into_vec()).replace('\0', "\u{fffd}");
        CString::new(text).unwrap_or_default()
    })
}

/// A function of the program's, and what it wants to be given with each call.
pub(crate) struct Callback<T> {
    function: unsafe extern "C" fn(*const T, *mut c_void),
    user_data: *mut c_void,
}

// SAFETY: by the contract of the header the function may be called on every thread that uses the client, several at once.
unsafe impl<T> Send for Callback<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Callback<T> {}

impl<T> Callback<T> {
    pub(crate) fn new(function: unsafe extern "C" fn(*const T, *mut c_void), user_data: *mut c_void) -> Self {
        Self { function, user_data }
    }

    /// Calls it; what it is given lives until it returns.
    pub(crate) fn call(&self, argument: &T) {
        // SAFETY: by the contract of the header the function stays as long as the client, and does not unwind.
        unsafe { (self.function)(argument, self.user_data) }
    }
}

/// A function of the program that is asked whether to go on, with what it gets besides.
pub(crate) struct Question<T> {
    function: unsafe extern "C" fn(*const T, *mut c_void) -> bool,
    user_data: *mut c_void,
}

impl<T> Question<T> {
    pub(crate) fn new(function: unsafe extern "C" fn(*const T, *mut c_void) -> bool, user_data: *mut c_void) -> Self {
        Self { function, user_data }
    }

    /// Asks it; what it is given lives until it returns.
    pub(crate) fn ask(&self, argument: &T) -> bool {
        // SAFETY: by the contract of the header the function stays until the call returns, and does not unwind.
        unsafe { (self.function)(argument, self.user_data) }
    }
}

/// Keeps SIGPIPE away from a program whose peer hangs up, without touching its signal handlers.
///
/// A call writes to its sockets on the calling thread, and a write to a closed one raises SIGPIPE there, which by default
/// ends the program. So the calling thread blocks the signal meanwhile, takes back the one that was raised, and gets its
/// own mask again.
#[cfg(unix)]
mod sigpipe {
    use std::mem::MaybeUninit;

    use libc::{SIG_BLOCK, SIG_SETMASK, SIGPIPE, sigset_t};

    /// Runs `body` with SIGPIPE blocked on this thread.
    pub(super) fn without<T>(body: impl FnOnce() -> T) -> T {
        let _blocked = Blocked::new();
        body()
    }

    /// SIGPIPE is blocked until this is dropped.
    struct Blocked {
        before: sigset_t,
        was_pending: bool,
    }

    impl Blocked {
        fn new() -> Self {
            let was_pending = is_pending();
            Self { before: change_mask(SIG_BLOCK, &only_sigpipe()), was_pending }
        }
    }

    impl Drop for Blocked {
        fn drop(&mut self) {
            if !self.was_pending && is_pending() {
                take_pending();
            }
            change_mask(SIG_SETMASK, &self.before);
        }
    }

    fn only_sigpipe() -> sigset_t {
        let mut set = MaybeUninit::uninit();
        // SAFETY: sigemptyset makes a whole set of it, and cannot fail; SIGPIPE is a signal.
        unsafe {
            libc::sigemptyset(set.as_mut_ptr());
            libc::sigaddset(set.as_mut_ptr(), SIGPIPE);
            set.assume_init()
        }
    }

    /// Changes the mask of this thread, and gives the one before.
    fn change_mask(how: libc::c_int, set: &sigset_t) -> sigset_t {
        let mut before = only_sigpipe();
        // SAFETY: both are whole sets, and the first argument is one that the call knows.
        unsafe { libc::pthread_sigmask(how, set, &raw mut before) };
        before
    }

    fn is_pending() -> bool {
        let mut pending = only_sigpipe();
        // SAFETY: it is a whole set that the call overwrites.
        unsafe { libc::sigpending(&raw mut pending) == 0 && libc::sigismember(&raw const pending, SIGPIPE) == 1 }
    }

    /// Takes the signal that is pending on this thread.
    fn take_pending() {
        let set = only_sigpipe();
        #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd", target_os = "netbsd"))]
        {
            let at_once = libc::timespec { tv_sec: 0, tv_nsec: 0 };
            // SAFETY: the set and the time are whole, and nothing is asked about the signal.
            while unsafe { libc::sigtimedwait(&raw const set, std::ptr::null_mut(), &raw const at_once) } == -1
                && std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted
            {}
        }
        #[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd", target_os = "netbsd")))]
        {
            let mut taken = 0;
            // SAFETY: the set is whole, and what it holds is pending, so the call does not wait.
            unsafe { libc::sigwait(&raw const set, &raw mut taken) };
        }
    }

    #[cfg(test)]
    mod tests {
        use std::{io::Write, net::Shutdown, os::unix::net::UnixStream};

        use super::*;

        fn raise() {
            let (mut near, far) = UnixStream::pair().unwrap();
            far.shutdown(Shutdown::Both).unwrap();
            drop(far);
            // writev raises the signal where send would be asked not to
            assert!(near.write_vectored(&[std::io::IoSlice::new(b"x")]).is_err());
        }

        #[test]
        fn a_signal_that_was_raised_inside_is_gone_outside() {
            without(raise);
            assert!(!is_pending());
        }

        #[test]
        fn a_signal_that_was_pending_before_stays_pending() {
            let before = change_mask(SIG_BLOCK, &only_sigpipe());
            raise();
            // SAFETY: the signal is blocked on this thread, so it only becomes pending.
            unsafe { libc::pthread_kill(libc::pthread_self(), SIGPIPE) };
            without(|| assert!(is_pending()));
            assert!(is_pending());
            take_pending();
            change_mask(SIG_SETMASK, &before);
        }
    }
}

/// There is no SIGPIPE here.
#[cfg(not(unix))]
mod sigpipe {
    pub(super) fn without<T>(body: impl FnOnce() -> T) -> T {
        body()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_internal_error_whose_outcome_is_unknown() {
        let error = run(|| panic!("the table is on fire")).unwrap();
        assert_eq!(error.error().kind(), ErrorKind::Internal);
        assert_eq!(error.error().outcome(), ringback::Outcome::Unknown);
        assert_eq!(error.error().to_string(), "the library panicked: the table is on fire");
        assert_eq!(read(7, || panic!("in a getter")), 7);
    }

    #[test]
    fn null_and_bad_utf_8_name_the_parameter() {
        assert_eq!(text(ptr::null(), "To").unwrap_err().to_string(), "To must not be NULL");
        assert_eq!(text(c"\xff".as_ptr(), "Body").unwrap_err().to_string(), "Body is not UTF-8");
        let array = [c"a".as_ptr(), ptr::null()];
        assert_eq!(texts(array.as_ptr(), 2, "MediaUrl").unwrap_err().to_string(), "MediaUrl[1] must not be NULL");
        assert_eq!(texts(ptr::null(), 0, "MediaUrl").unwrap(), Vec::<&str>::new());
        assert_eq!(bytes(ptr::null(), 1, "body").unwrap_err().to_string(), "body must not be NULL");
    }

    #[test]
    fn a_text_that_was_given_out_stays_where_it_is() {
        let texts = Texts::default();
        let first = texts.give("first", || Some("1".to_owned()));
        for number in 0..1000 {
            texts.give(&number.to_string(), || Some(number.to_string()));
        }
        assert_eq!(texts.give("first", || None), first);
        assert_eq!(text(first, "first").unwrap(), "1");
    }

    #[test]
    fn a_nul_inside_a_text_does_not_cut_it() {
        assert_eq!(owned("a\0b".to_owned()).as_c_str(), c"a\u{fffd}b");
    }
}
