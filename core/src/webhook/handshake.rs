//! Whether the handshake of a WebSocket is Twilio's.

use super::RequestValidator;

impl RequestValidator {
    /// Whether a WebSocket is opened by Twilio, for Media Streams or ConversationRelay: what to ask before accepting it.
    ///
    /// The URL is the public one of `<Stream>` or `<ConversationRelay>`. Twilio signs it with `wss`, so `https` counts as
    /// that; a server behind a proxy that ends TLS may give `ws` or `http`. The slash at the end does not matter.
    pub fn validate_handshake(&self, url: &str, signature: &str) -> bool {
        let Some((scheme, rest)) = url.split_once("://") else { return false };
        let is = |name: &str| scheme.eq_ignore_ascii_case(name);
        let schemes: &[&str] = match () {
            () if is("wss") || is("https") => &["wss"],
            () if is("ws") || is("http") => &["wss", "ws"],
            () => &[],
        };
        // each is tried, whichever fits
        let accepts = |scheme: &&str| self.validate_form::<&str, &str>(&format!("{scheme}://{rest}"), &[], signature);
        schemes.iter().filter(|scheme| accepts(scheme)).count() > 0
    }
}
