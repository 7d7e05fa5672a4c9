// ringback for C++17: the functions of ringback.h with owners, exceptions and ranges, and nothing implemented twice.
//
//     auto client = ringback::Client::from_env();
//     auto message = client.message_send("+15551234567", "+15557654321", "Your order has shipped");
//     std::cout << message["sid"] << "\n";
//
// Everything that can fail throws ringback::Error. Objects own what they hold and can be moved; a Client, a Response, a
// WebhookValidator and an Emulator may be used by several threads at once. Views that a Response, a Record or a Form
// gives live as long as it. A std::string_view that holds a NUL is refused with std::invalid_argument.

#ifndef RINGBACK_HPP
#define RINGBACK_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "ringback.h"

namespace ringback {

using ErrorKind = ringback_error_kind;
using Outcome = ringback_outcome;
using Verdict = ringback_verdict;
using Encoding = ringback_encoding;
using PayloadKind = ringback_payload_kind;
using LadderStep = ringback_ladder_step;
using Severity = ringback_severity;

// What went wrong; what() tells it in one sentence. Fields that Twilio did not give are empty, or 0.
class Error : public std::runtime_error {
public:
    // Takes over an error of the C library.
    explicit Error(ringback_error *error)
        : std::runtime_error(text(ringback_error_get_message(error))), error_(error, ringback_error_free) {}

    ErrorKind kind() const noexcept { return ringback_error_get_kind(error_.get()); }
    Outcome outcome() const noexcept { return ringback_error_get_outcome(error_.get()); }
    std::string_view kind_name() const { return text(ringback_error_get_kind_name(error_.get())); }
    std::string_view outcome_name() const { return text(ringback_error_get_outcome_name(error_.get())); }
    std::uint16_t status() const noexcept { return ringback_error_get_status(error_.get()); }
    std::int64_t code() const noexcept { return ringback_error_get_code(error_.get()); }
    std::string_view reason() const { return text(ringback_error_get_reason(error_.get())); }
    std::string_view hint() const { return text(ringback_error_get_hint(error_.get())); }
    std::string_view more_info() const { return text(ringback_error_get_more_info(error_.get())); }
    std::string_view details() const { return text(ringback_error_get_details(error_.get())); }
    std::string_view request_id() const { return text(ringback_error_get_request_id(error_.get())); }
    std::string_view method() const { return text(ringback_error_get_method(error_.get())); }
    std::string_view uri() const { return text(ringback_error_get_uri(error_.get())); }

    // The id that the status callbacks of this call carry; empty if they carry none.
    std::string_view correlation_id() const { return text(ringback_error_get_correlation_id(error_.get())); }

    // When the call was begun in seconds since 1970, which Client::message_reconcile takes; negative if it was not.
    double begun_at() const noexcept { return ringback_error_get_begun_at(error_.get()); }

    // The seconds that Twilio asks to wait before the next request.
    std::optional<double> retry_after() const noexcept {
        const double seconds = ringback_error_get_retry_after(error_.get());
        return seconds < 0 ? std::nullopt : std::optional<double>(seconds);
    }

private:
    static const char *text(const char *text) noexcept { return text != nullptr ? text : ""; }

    // shared, since exceptions are copied while they fly
    std::shared_ptr<const ringback_error> error_;
};

namespace detail {

template <auto Free> struct Freed {
    template <class T> void operator()(T *handle) const noexcept { Free(handle); }
};

template <class T, auto Free> using Handle = std::unique_ptr<T, Freed<Free>>;

inline void check(ringback_error *error) {
    if (error != nullptr) {
        throw Error(error);
    }
}

// Makes a handle by a function that takes the place for it.
template <class Handle, class Make> Handle make(Make &&make) {
    typename Handle::pointer handle = nullptr;
    check(make(&handle));
    return Handle(handle);
}

// A text as C takes it: ended by NUL, or NULL.
class Text {
public:
    Text(std::string_view text) : text_(text) {
        if (text.find('\0') != std::string_view::npos) {
            throw std::invalid_argument("a text for ringback holds a NUL");
        }
    }
    Text(const std::string &text) : Text(std::string_view(text)) {}
    Text(const char *text) : Text(std::string_view(text)) {}
    Text(const std::optional<std::string_view> &text) : Text(text.value_or(std::string_view())) {
        given_ = text.has_value();
    }
    const char *c_str() const noexcept { return given_ ? text_.c_str() : nullptr; }

private:
    std::string text_;
    bool given_ = true;
};

// An array of C, which lives no longer than the texts.
inline std::vector<const char *> pointers(const std::vector<Text> &texts) {
    std::vector<const char *> pointers;
    pointers.reserve(texts.size());
    for (const Text &text : texts) {
        pointers.push_back(text.c_str());
    }
    return pointers;
}

inline std::optional<std::string_view> view(const char *text) {
    return text != nullptr ? std::optional<std::string_view>(text) : std::nullopt;
}

// Texts are not numbers and not truth values, though pointers would become the latter.
template <class T>
constexpr bool is_integer = std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char>;

} // namespace detail

// The value of a parameter: a text, a whole number, a truth value, or several texts.
class Value {
public:
    Value(const char *text) : value_(std::string_view(text)) {}
    Value(std::string_view text) : value_(text) {}
    Value(const std::string &text) : value_(std::string_view(text)) {}
    template <class T, std::enable_if_t<std::is_same_v<T, bool>, int> = 0> Value(T flag) : value_(flag) {}
    template <class T, std::enable_if_t<detail::is_integer<T>, int> = 0>
    Value(T number) : value_(static_cast<std::int64_t>(number)) {}
    Value(std::initializer_list<std::string_view> texts) : value_(std::vector<std::string_view>(texts)) {}
    Value(const std::vector<std::string> &texts) : value_(std::vector<std::string_view>(texts.begin(), texts.end())) {}

private:
    friend class Params;
    friend class Twiml;
    std::variant<std::string_view, std::int64_t, bool, std::vector<std::string_view>> value_;
};

// A parameter by its name in Twilio's spelling (StatusCallback) or in Python's (status_callback).
struct Param {
    std::string_view name;
    Value value;
};

// Parameters of a call: {{"To", "+15551234567"}, {"MediaUrl", {"https://example.com/a.png"}}}.
class Params {
public:
    Params() : params_(ringback_params_new()) {}
    Params(std::initializer_list<Param> params) : Params() {
        for (const Param &param : params) {
            set(param.name, param.value);
        }
    }

    Params &set(std::string_view name, const Value &value) {
        const detail::Text key(name);
        if (const auto *text = std::get_if<std::string_view>(&value.value_)) {
            detail::check(ringback_params_set(params_.get(), key.c_str(), detail::Text(*text).c_str()));
        } else if (const auto *number = std::get_if<std::int64_t>(&value.value_)) {
            detail::check(ringback_params_set_integer(params_.get(), key.c_str(), *number));
        } else if (const auto *flag = std::get_if<bool>(&value.value_)) {
            detail::check(ringback_params_set_boolean(params_.get(), key.c_str(), *flag));
        } else {
            for (const std::string_view item : std::get<std::vector<std::string_view>>(value.value_)) {
                add(name, item);
            }
        }
        return *this;
    }

    // Adds a value to a parameter that may be given several times.
    Params &add(std::string_view name, std::string_view value) {
        detail::check(ringback_params_add(params_.get(), detail::Text(name).c_str(), detail::Text(value).c_str()));
        return *this;
    }

private:
    friend class Client;
    detail::Handle<ringback_params, ringback_params_free> params_;
};

// An answer that says yes.
class Response {
public:
    // Takes over an answer of the C library.
    explicit Response(ringback_response *response) : response_(response) {}

    // A text by its JSON key, empty if it is not there; a slash goes deeper.
    std::string_view operator[](std::string_view key) const { return text(key).value_or(std::string_view()); }
    std::optional<std::string_view> text(std::string_view key) const {
        return detail::view(ringback_response_get_text(response_.get(), detail::Text(key).c_str()));
    }
    std::optional<std::int64_t> integer(std::string_view key) const {
        std::int64_t value = 0;
        const bool found = ringback_response_get_integer(response_.get(), detail::Text(key).c_str(), &value);
        return found ? std::optional<std::int64_t>(value) : std::nullopt;
    }
    std::optional<bool> boolean(std::string_view key) const {
        bool value = false;
        const bool found = ringback_response_get_boolean(response_.get(), detail::Text(key).c_str(), &value);
        return found ? std::optional<bool>(value) : std::nullopt;
    }
    // The value of a key as JSON, or the whole body without a key.
    std::optional<std::string_view> json(std::optional<std::string_view> key = std::nullopt) const {
        return detail::view(ringback_response_get_json(response_.get(), detail::Text(key).c_str()));
    }
    std::uint16_t status() const noexcept { return ringback_response_get_status(response_.get()); }
    std::optional<std::string_view> request_id() const {
        return detail::view(ringback_response_get_request_id(response_.get()));
    }

private:
    detail::Handle<ringback_response, ringback_response_free> response_;
};

// A record of a list; it keeps its page.
class Record {
public:
    std::string_view operator[](std::string_view key) const { return text(key).value_or(std::string_view()); }
    std::optional<std::string_view> text(std::string_view key) const {
        return detail::view(ringback_page_get_text(page_.get(), index_, detail::Text(key).c_str()));
    }
    std::optional<std::int64_t> integer(std::string_view key) const {
        std::int64_t value = 0;
        const bool found = ringback_page_get_integer(page_.get(), index_, detail::Text(key).c_str(), &value);
        return found ? std::optional<std::int64_t>(value) : std::nullopt;
    }
    std::optional<bool> boolean(std::string_view key) const {
        bool value = false;
        const bool found = ringback_page_get_boolean(page_.get(), index_, detail::Text(key).c_str(), &value);
        return found ? std::optional<bool>(value) : std::nullopt;
    }
    std::optional<std::string_view> json(std::optional<std::string_view> key = std::nullopt) const {
        return detail::view(ringback_page_get_json(page_.get(), index_, detail::Text(key).c_str()));
    }

private:
    friend class Records;
    std::shared_ptr<const ringback_page> page_;
    std::size_t index_ = 0;
};

// A call that is over, as ClientOptions::on_call gets it; its texts live until that function returns.
using CallRecord = ringback_call_record;
using OnCall = std::function<void(const CallRecord &)>;

// The records of a list, each page fetched when its first record is asked for: for (const auto &record : records).
class Records {
public:
    // Takes over a list of the C library.
    explicit Records(ringback_pages *pages, std::shared_ptr<OnCall> on_call = nullptr)
        : on_call_(std::move(on_call)), pages_(pages) {}

    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Record;
        using difference_type = std::ptrdiff_t;
        using pointer = const Record *;
        using reference = const Record &;

        iterator() = default;
        reference operator*() const { return records_->record_; }
        pointer operator->() const { return &records_->record_; }
        iterator &operator++() {
            if (!records_->step()) {
                records_ = nullptr;
            }
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator &left, const iterator &right) { return left.records_ == right.records_; }
        friend bool operator!=(const iterator &left, const iterator &right) { return !(left == right); }

    private:
        friend class Records;
        explicit iterator(Records *records) : records_(records) {}
        Records *records_ = nullptr;
    };

    // Fetches the first page; a list can be walked once.
    iterator begin() { return ++iterator(this); }
    iterator end() { return iterator(); }

private:
    // Goes to the next record, over pages without any; false after the last.
    bool step() {
        if (record_.page_ != nullptr) {
            ++record_.index_;
        }
        while (record_.page_ == nullptr || record_.index_ >= ringback_page_get_count(record_.page_.get())) {
            ringback_page *page = nullptr;
            detail::check(ringback_pages_next(pages_.get(), &page));
            if (page == nullptr) {
                return false;
            }
            record_.page_ = std::shared_ptr<const ringback_page>(
                page, [page](const ringback_page *) { ringback_page_free(page); });
            record_.index_ = 0;
        }
        return true;
    }

    std::shared_ptr<OnCall> on_call_;
    detail::Handle<ringback_pages, ringback_pages_free> pages_;
    Record record_;
};

// What became of a message whose send ended unknown.
class Reconciliation {
public:
    // Takes over one of the C library.
    explicit Reconciliation(ringback_reconciliation *reconciliation) : reconciliation_(reconciliation) {}

    Verdict verdict() const noexcept { return ringback_reconciliation_get_verdict(reconciliation_.get()); }
    // How many messages are it, or may be it.
    std::size_t size() const noexcept { return ringback_reconciliation_get_count(reconciliation_.get()); }
    std::optional<std::string_view> text(std::size_t index, std::string_view key) const {
        return detail::view(ringback_reconciliation_get_text(reconciliation_.get(), index, detail::Text(key).c_str()));
    }
    std::optional<std::string_view> json(std::size_t index,
                                         std::optional<std::string_view> key = std::nullopt) const {
        return detail::view(ringback_reconciliation_get_json(reconciliation_.get(), index, detail::Text(key).c_str()));
    }
    // The sid of the message if it was found, else empty.
    std::string_view sid() const {
        return verdict() == RINGBACK_VERDICT_FOUND ? text(0, "sid").value_or("") : std::string_view();
    }

private:
    detail::Handle<ringback_reconciliation, ringback_reconciliation_free> reconciliation_;
};

// What became of one call of a batch.
using Result = std::variant<Response, Error>;

// Told after each call of a batch how many are over, and of how many; false ends the batch.
using OnProgress = std::function<bool(std::size_t done, std::size_t total)>;

// How a batch goes about its calls.
struct BatchOptions {
    std::size_t concurrency = 64; // how many are under way at once
    double per_second = 0;        // how many may begin in a second; as many as there can be if it is 0
    OnProgress on_progress;
};

// What signs the requests of a client: a private key, RSA in PEM, whose public half Twilio knows as the credential (CR).
struct ClientValidation {
    std::string account_sid, api_key_sid, credential_sid, private_key;
};

// Settings of a client; what is not set comes from the environment.
struct ClientOptions {
    std::optional<std::string> account_sid, auth_token, api_key, api_secret, client_id, client_secret, region, edge,
        base_url, ca_file, proxy;
    std::optional<double> timeout; // seconds
    std::optional<std::uint32_t> max_retries;
    bool correlate_callbacks = false; // whether errors and callbacks share an id
    std::optional<ClientValidation> client_validation;
    // Is told of every call when it is over, on the thread that made it; it must not call the client, and what it throws
    // is lost.
    OnCall on_call;
};

// A client of Twilio's API for one account.
class Client {
public:
    static Client from_env() { return Client(detail::make<Handle>(ringback_client_new_from_env)); }

    Client(std::string_view account_sid, std::string_view auth_token)
        : client_(detail::make<Handle>([&](ringback_client **client) {
              return ringback_client_new(detail::Text(account_sid).c_str(), detail::Text(auth_token).c_str(), client);
          })) {}

    explicit Client(const ClientOptions &options) {
        const detail::Handle<ringback_client_options, ringback_client_options_free> made(ringback_client_options_new());
        const auto set = [&](auto setter, const std::optional<std::string> &value) {
            if (value) {
                detail::check(setter(made.get(), detail::Text(std::string_view(*value)).c_str()));
            }
        };
        set(ringback_client_options_set_account_sid, options.account_sid);
        set(ringback_client_options_set_auth_token, options.auth_token);
        set(ringback_client_options_set_api_key, options.api_key);
        set(ringback_client_options_set_api_secret, options.api_secret);
        set(ringback_client_options_set_client_id, options.client_id);
        set(ringback_client_options_set_client_secret, options.client_secret);
        set(ringback_client_options_set_region, options.region);
        set(ringback_client_options_set_edge, options.edge);
        set(ringback_client_options_set_base_url, options.base_url);
        set(ringback_client_options_set_ca_file, options.ca_file);
        set(ringback_client_options_set_proxy, options.proxy);
        if (options.timeout) {
            detail::check(ringback_client_options_set_timeout(made.get(), *options.timeout));
        }
        if (options.max_retries) {
            detail::check(ringback_client_options_set_max_retries(made.get(), *options.max_retries));
        }
        detail::check(ringback_client_options_set_correlate_callbacks(made.get(), options.correlate_callbacks));
        if (options.client_validation) {
            const ClientValidation &validation = *options.client_validation;
            detail::check(ringback_client_options_set_client_validation(
                made.get(), detail::Text(validation.account_sid).c_str(), detail::Text(validation.api_key_sid).c_str(),
                detail::Text(validation.credential_sid).c_str(), detail::Text(validation.private_key).c_str()));
        }
        if (options.on_call) {
            on_call_ = std::make_shared<OnCall>(options.on_call);
            detail::check(ringback_client_options_set_on_call(made.get(), tell, on_call_.get()));
        }
        client_ = detail::make<Handle>(
            [&](ringback_client **client) { return ringback_client_new_with_options(made.get(), client); });
    }

    // Takes over a client of the C library.
    explicit Client(ringback_client *client) : client_(client) {}

    // Calls any operation, by a constant of ringback_operations.h or by its name, long or short.
    Response call(std::string_view operation, const Params &params = {}) const {
        return answer(ringback_client_call, detail::Text(operation).c_str(), params.params_.get());
    }

    // Calls an operation many times at once; the error of one call is its result and stops no other.
    std::vector<Result> call_many(std::string_view operation, const std::vector<Params> &params,
                                  const BatchOptions &options = {}) const {
        std::vector<const ringback_params *> pointers;
        for (const Params &one : params) {
            pointers.push_back(one.params_.get());
        }
        OnProgress on_progress = options.on_progress;
        const auto results = detail::make<detail::Handle<ringback_results, ringback_results_free>>(
            [&](ringback_results **made) {
                return ringback_client_call_many(client_.get(), detail::Text(operation).c_str(), pointers.data(),
                                                 pointers.size(), options.concurrency, options.per_second,
                                                 on_progress ? ask : nullptr, &on_progress, made);
            });
        std::vector<Result> all;
        for (std::size_t index = 0; index < ringback_results_get_count(results.get()); ++index) {
            if (ringback_results_get_error(results.get(), index) != nullptr) {
                all.emplace_back(Error(ringback_results_take_error(results.get(), index)));
            } else if (ringback_results_get_response(results.get(), index) != nullptr) {
                all.emplace_back(Response(ringback_results_take_response(results.get(), index)));
            }
        }
        return all;
    }

    // Walks a list by the name of its operation.
    Records list(std::string_view operation, const Params &params = {}) const {
        ringback_pages *pages = nullptr;
        detail::check(
            ringback_client_list(client_.get(), detail::Text(operation).c_str(), params.params_.get(), &pages));
        return Records(pages, on_call_);
    }

    Response message_send(std::string_view to, std::string_view from, std::string_view body) const {
        return texts(ringback_message_send, to, from, body);
    }
    Response message_send_media(std::string_view to, std::string_view from, std::optional<std::string_view> body,
                                const std::vector<std::string> &media_urls) const {
        const std::vector<detail::Text> urls(media_urls.begin(), media_urls.end());
        const auto pointers = detail::pointers(urls);
        return answer(ringback_message_send_media, detail::Text(to).c_str(), detail::Text(from).c_str(),
                      detail::Text(body).c_str(), pointers.data(), pointers.size());
    }
    // content_variables is a JSON object such as {"1":"Ada"}.
    Response message_send_template(std::string_view to, std::string_view from, std::string_view content_sid,
                                   std::optional<std::string_view> content_variables = std::nullopt) const {
        return texts(ringback_message_send_template, to, from, content_sid, content_variables);
    }
    // Looks for a message whose send ended unknown; at is when it was begun, as Error::begun_at tells.
    Reconciliation message_reconcile(const Params &params, double at, const std::vector<std::string> &known = {}) const {
        const std::vector<detail::Text> sids(known.begin(), known.end());
        const auto pointers = detail::pointers(sids);
        ringback_reconciliation *found = nullptr;
        detail::check(ringback_message_reconcile(client_.get(), params.params_.get(), at, pointers.data(),
                                                 pointers.size(), &found));
        return Reconciliation(found);
    }
    Response verification_start(std::string_view service_sid, std::string_view to, std::string_view channel) const {
        return texts(ringback_verification_start, service_sid, to, channel);
    }
    Response verification_check(std::string_view service_sid, std::string_view to, std::string_view code) const {
        return texts(ringback_verification_check, service_sid, to, code);
    }
    Response call_make(std::string_view to, std::string_view from, std::string_view url) const {
        return texts(ringback_call_make, to, from, url);
    }
    Response call_make_with_twiml(std::string_view to, std::string_view from, std::string_view twiml) const {
        return texts(ringback_call_make_with_twiml, to, from, twiml);
    }
    Response call_redirect(std::string_view call_sid, std::string_view url) const {
        return texts(ringback_call_redirect, call_sid, url);
    }
    Response call_hang_up(std::string_view call_sid) const { return texts(ringback_call_hang_up, call_sid); }

private:
    using Handle = detail::Handle<ringback_client, ringback_client_free>;

    explicit Client(Handle client) : client_(std::move(client)) {}

    // An exception must not pass through the C library.
    static void tell(const CallRecord *record, void *on_call) noexcept {
        try {
            (*static_cast<OnCall *>(on_call))(*record);
        } catch (...) {
        }
    }

    // What a function throws that is told of a batch ends the batch, and does not come out of it.
    static bool ask(const ringback_progress *progress, void *on_progress) noexcept {
        try {
            return (*static_cast<OnProgress *>(on_progress))(progress->done, progress->total);
        } catch (...) {
            return false;
        }
    }

    template <class Function, class... Arguments> Response answer(Function function, Arguments... arguments) const {
        ringback_response *response = nullptr;
        detail::check(function(client_.get(), arguments..., &response));
        return Response(response);
    }
    template <class Function, class... Texts> Response texts(Function function, const Texts &...texts) const {
        return answer(function, detail::Text(texts).c_str()...);
    }

    std::shared_ptr<OnCall> on_call_;
    Handle client_;
};

// A verb of a TwiML document. A document keeps the verbs that were added to it.
class Twiml {
public:
    // Adds a verb such as "Say" or "Gather" at the end of this one; fails if this one may not hold it.
    Twiml add(std::string_view verb, std::optional<std::string_view> content = std::nullopt) {
        return grow(ringback_twiml_add, verb, content);
    }
    // Adds an element of any name.
    Twiml add_any(std::string_view tag, std::optional<std::string_view> content = std::nullopt) {
        return grow(ringback_twiml_add_any, tag, content);
    }
    Twiml &add_text(std::string_view content) {
        detail::check(ringback_twiml_add_text(twiml_.get(), detail::Text(content).c_str()));
        return *this;
    }
    Twiml &add_comment(std::string_view content) {
        detail::check(ringback_twiml_add_comment(twiml_.get(), detail::Text(content).c_str()));
        return *this;
    }
    // Sets an attribute in Twilio's spelling (numDigits) or in Python's (num_digits).
    Twiml &set(std::string_view attribute, const Value &value) & {
        const detail::Text name(attribute);
        if (const auto *number = std::get_if<std::int64_t>(&value.value_)) {
            detail::check(ringback_twiml_set_integer(twiml_.get(), name.c_str(), *number));
        } else if (const auto *flag = std::get_if<bool>(&value.value_)) {
            detail::check(ringback_twiml_set_boolean(twiml_.get(), name.c_str(), *flag));
        } else {
            detail::check(ringback_twiml_set(twiml_.get(), name.c_str(), detail::Text(joined(value)).c_str()));
        }
        return *this;
    }
    Twiml &&set(std::string_view attribute, const Value &value) && {
        static_cast<Twiml &>(*this).set(attribute, value);
        return std::move(*this);
    }
    // Sets an attribute of any name.
    Twiml &set_any(std::string_view attribute, std::string_view value) {
        detail::check(
            ringback_twiml_set_any(twiml_.get(), detail::Text(attribute).c_str(), detail::Text(value).c_str()));
        return *this;
    }
    std::string to_xml() {
        const char *xml = nullptr;
        detail::check(ringback_twiml_to_xml(twiml_.get(), &xml));
        return xml;
    }

protected:
    explicit Twiml(ringback_twiml *twiml) : twiml_(twiml) {}

private:
    template <class Function>
    Twiml grow(Function function, std::string_view name, const std::optional<std::string_view> &content) {
        ringback_twiml *child = nullptr;
        detail::check(function(twiml_.get(), detail::Text(name).c_str(), detail::Text(content).c_str(), &child));
        return Twiml(child);
    }
    static std::string joined(const Value &value) {
        if (const auto *text = std::get_if<std::string_view>(&value.value_)) {
            return std::string(*text);
        }
        std::string all;
        for (const std::string_view item : std::get<std::vector<std::string_view>>(value.value_)) {
            all.append(all.empty() ? "" : " ").append(item);
        }
        return all;
    }

    detail::Handle<ringback_twiml, ringback_twiml_free> twiml_;
};

// What to do with a call.
class VoiceResponse : public Twiml {
public:
    VoiceResponse() : Twiml(ringback_twiml_new_voice()) {}
};

// What to answer to a message.
class MessagingResponse : public Twiml {
public:
    MessagingResponse() : Twiml(ringback_twiml_new_messaging()) {}
};

// Why a webhook is refused; no verdict: that is WebhookValidator::validate's alone.
class Explanation {
public:
    explicit Explanation(ringback_explanation *explanation) : explanation_(explanation) {}

    std::size_t size() const { return ringback_explanation_get_count(explanation_.get()); }
    // What is wrong with the request: for programs, and in a sentence; and a sentence of what to do.
    std::string_view kind(std::size_t index) const {
        return detail::view(ringback_explanation_get_kind(explanation_.get(), index)).value_or("");
    }
    std::string_view problem(std::size_t index) const {
        return detail::view(ringback_explanation_get_problem(explanation_.get(), index)).value_or("");
    }
    std::string_view remedy(std::size_t index) const {
        return detail::view(ringback_explanation_get_remedy(explanation_.get(), index)).value_or("");
    }
    // Whether a reason was found out, and is not only likely.
    bool is_proven(std::size_t index) const { return ringback_explanation_is_proven(explanation_.get(), index); }
    // All of it, a line for each reason.
    std::string_view text() const {
        return detail::view(ringback_explanation_get_text(explanation_.get())).value_or("");
    }

private:
    using Handle = detail::Handle<ringback_explanation, ringback_explanation_free>;
    Handle explanation_;
};

// An element of a TwiML document that was read, with all that it holds.
class Element {
public:
    // Reads a document; throws an Error that says where it is not well-formed.
    static Element parse(std::string_view xml) {
        return Element(detail::make<Handle>(
            [&](ringback_element **element) { return ringback_element_parse(detail::Text(xml).c_str(), element); }));
    }
    std::string_view name() const { return detail::view(ringback_element_get_name(element_.get())).value_or(""); }
    std::string_view text() const { return detail::view(ringback_element_get_text(element_.get())).value_or(""); }
    std::optional<std::string_view> attribute(std::string_view name) const {
        return detail::view(ringback_element_get_attribute(element_.get(), detail::Text(name).c_str()));
    }
    // The elements directly in it.
    std::vector<Element> children() const {
        const std::size_t count = ringback_element_get_child_count(element_.get());
        std::vector<Element> children;
        children.reserve(count);
        for (std::size_t index = 0; index < count; ++index) {
            children.push_back(Element(Handle(ringback_element_get_child(element_.get(), index))));
        }
        return children;
    }

private:
    using Handle = detail::Handle<ringback_element, ringback_element_free>;

    explicit Element(Handle element) : element_(std::move(element)) {}

    Handle element_;
};

// Something that is wrong with a TwiML document, or may be.
struct Finding {
    Severity severity;
    std::uint32_t code; // the one that Twilio would note, or 0
    std::size_t line, column;
    std::string message;
    std::optional<std::string> hint;
    std::string text; // as compilers write it
};

// How a document is used: its kind ("voice", "messaging", "fax"), where Twilio asks for it ("number_url",
// "conference_wait_url", "enqueue_wait_url", "queue_url"), and whether it is sent as the parameter Twiml.
struct CheckOptions {
    std::optional<std::string> kind, context;
    bool parameter = false;
};

// What is wrong with a document, in its order; nothing if all is well.
inline std::vector<Finding> check_twiml(std::string_view xml, const CheckOptions &options = {}) {
    using Handle = detail::Handle<ringback_findings, ringback_findings_free>;
    const auto found = detail::make<Handle>([&](ringback_findings **findings) {
        return ringback_twiml_check(detail::Text(xml).c_str(), detail::Text(options.kind).c_str(),
                                    detail::Text(options.context).c_str(), options.parameter, findings);
    });
    std::vector<Finding> findings;
    const std::size_t count = ringback_findings_get_count(found.get());
    findings.reserve(count);
    for (std::size_t index = 0; index < count; ++index) {
        const auto hint = detail::view(ringback_findings_get_hint(found.get(), index));
        findings.push_back({ringback_findings_get_severity(found.get(), index),
                            ringback_findings_get_code(found.get(), index),
                            ringback_findings_get_line(found.get(), index),
                            ringback_findings_get_column(found.get(), index),
                            ringback_findings_get_message(found.get(), index),
                            hint ? std::optional<std::string>(*hint) : std::nullopt,
                            ringback_findings_get_text(found.get(), index)});
    }
    return findings;
}

// Checks the signatures of webhooks.
class WebhookValidator {
public:
    explicit WebhookValidator(std::string_view auth_token)
        : validator_(detail::make<Handle>([&](ringback_webhook_validator **validator) {
              return ringback_webhook_validator_new(detail::Text(auth_token).c_str(), validator);
          })) {}

    // A validator for a shared key, which counts only where a request names its id.
    static WebhookValidator with_shared_key(std::string_view id, std::string_view secret) {
        return WebhookValidator(detail::make<Handle>([&](ringback_webhook_validator **validator) {
            return ringback_webhook_validator_new_with_shared_key(detail::Text(id).c_str(),
                                                                  detail::Text(secret).c_str(), validator);
        }));
    }
    // Accepts another token, or a shared key, besides.
    void add_token(std::string_view auth_token) {
        detail::check(ringback_webhook_validator_add_token(validator_.get(), detail::Text(auth_token).c_str()));
    }
    void add_shared_key(std::string_view id, std::string_view secret) {
        detail::check(ringback_webhook_validator_add_shared_key(validator_.get(), detail::Text(id).c_str(),
                                                                detail::Text(secret).c_str()));
    }

    // Whether a request is Twilio's, from its public URL, its raw body and its headers; never throws for what came in.
    // settings is the header X-Twilio-Webhooks-Signature-Settings.
    bool validate(std::string_view url, std::string_view body, std::optional<std::string_view> content_type,
                  std::string_view signature, std::optional<std::string_view> settings = std::nullopt) const {
        for (const std::string_view text :
             {url, content_type.value_or(std::string_view()), signature, settings.value_or(std::string_view())}) {
            if (text.find('\0') != std::string_view::npos) {
                return false;
            }
        }
        if (!settings) {
            return ringback_webhook_validate(validator_.get(), detail::Text(url).c_str(), body.data(), body.size(),
                                             detail::Text(content_type).c_str(), detail::Text(signature).c_str());
        }
        return ringback_webhook_validate_with_settings(
            validator_.get(), detail::Text(url).c_str(), body.data(), body.size(), detail::Text(content_type).c_str(),
            detail::Text(signature).c_str(), detail::Text(settings).c_str());
    }

    // Why a request is refused; the headers are all that were received.
    Explanation explain(std::string_view url, std::string_view body,
                        const std::vector<std::pair<std::string, std::string>> &headers) const {
        std::vector<detail::Text> names, values;
        for (const auto &[name, value] : headers) {
            names.emplace_back(name);
            values.emplace_back(value);
        }
        const auto name_pointers = detail::pointers(names);
        const auto value_pointers = detail::pointers(values);
        ringback_explanation *explanation = nullptr;
        detail::check(ringback_webhook_explain(validator_.get(), detail::Text(url).c_str(), body.data(), body.size(),
                                               name_pointers.data(), value_pointers.data(), names.size(),
                                               &explanation));
        return Explanation(explanation);
    }

    // Whether a WebSocket is opened by Twilio: what to ask before accepting it; https counts as wss.
    bool validate_handshake(std::string_view url, std::string_view signature) const {
        if (url.find('\0') != std::string_view::npos || signature.find('\0') != std::string_view::npos) {
            return false;
        }
        return ringback_webhook_validate_handshake(validator_.get(), detail::Text(url).c_str(),
                                                   detail::Text(signature).c_str());
    }

private:
    using Handle = detail::Handle<ringback_webhook_validator, ringback_webhook_validator_free>;
    explicit WebhookValidator(Handle validator) : validator_(std::move(validator)) {}
    Handle validator_;
};

// An access token: what a phone or a browser signs in to Twilio with. It is valid for an hour unless ttl is set.
class AccessToken {
public:
    AccessToken(std::string_view account_sid, std::string_view api_key_sid, std::string_view api_key_secret)
        : token_(detail::make<Handle>([&](ringback_access_token **token) {
              return ringback_access_token_new(detail::Text(account_sid).c_str(), detail::Text(api_key_sid).c_str(),
                                               detail::Text(api_key_secret).c_str(), token);
          })) {}

    // Who holds the token: the name that others reach them by.
    AccessToken &identity(std::string_view identity) {
        return checked(ringback_access_token_set_identity(token_.get(), detail::Text(identity).c_str()));
    }
    // How many seconds it is valid, a day at most.
    AccessToken &ttl(std::uint32_t seconds) { return checked(ringback_access_token_set_ttl(token_.get(), seconds)); }
    // Where the API key is, such as "ie1".
    AccessToken &region(std::string_view region) {
        return checked(ringback_access_token_set_region(token_.get(), detail::Text(region).c_str()));
    }
    // When it is made in seconds since 1970, instead of now: for tests.
    AccessToken &issued_at(std::int64_t seconds) {
        return checked(ringback_access_token_set_issued_at(token_.get(), seconds));
    }

    // Calls: out through a TwiML application, in for the identity.
    AccessToken &grant_voice(std::optional<std::string_view> application_sid, bool incoming_allow = false,
                             std::optional<std::string_view> push_credential_sid = std::nullopt) {
        return checked(ringback_access_token_grant_voice(token_.get(), detail::Text(application_sid).c_str(),
                                                         incoming_allow, detail::Text(push_credential_sid).c_str()));
    }
    // Video in a room by its name or sid, or in any.
    AccessToken &grant_video(std::optional<std::string_view> room = std::nullopt) {
        return checked(ringback_access_token_grant_video(token_.get(), detail::Text(room).c_str()));
    }
    // Conversations of a service.
    AccessToken &grant_chat(std::string_view service_sid,
                            std::optional<std::string_view> push_credential_sid = std::nullopt) {
        return checked(ringback_access_token_grant_chat(token_.get(), detail::Text(service_sid).c_str(),
                                                        detail::Text(push_credential_sid).c_str()));
    }
    // The objects of a Sync service.
    AccessToken &grant_sync(std::string_view service_sid) {
        return checked(ringback_access_token_grant_sync(token_.get(), detail::Text(service_sid).c_str()));
    }
    // The tasks of a workspace, to a worker in a role such as "worker".
    AccessToken &grant_task_router(std::string_view workspace_sid,
                                   std::optional<std::string_view> worker_sid = std::nullopt,
                                   std::optional<std::string_view> role = std::nullopt) {
        return checked(ringback_access_token_grant_task_router(token_.get(), detail::Text(workspace_sid).c_str(),
                                                               detail::Text(worker_sid).c_str(),
                                                               detail::Text(role).c_str()));
    }
    // Anything by the key that Twilio knows it by, and what stands there as JSON.
    AccessToken &grant_json(std::string_view key, std::string_view json) {
        return checked(ringback_access_token_grant_json(token_.get(), detail::Text(key).c_str(),
                                                        detail::Text(json).c_str()));
    }

    // Writes and signs it.
    std::string to_jwt() {
        const char *jwt = nullptr;
        detail::check(ringback_access_token_to_jwt(token_.get(), &jwt));
        return jwt;
    }

private:
    using Handle = detail::Handle<ringback_access_token, ringback_access_token_free>;
    AccessToken &checked(ringback_error *error) {
        detail::check(error);
        return *this;
    }
    Handle token_;
};

// The text messages that a text takes; views that it gives live as long as it.
class Segments {
public:
    // A character that GSM-7 does not have.
    struct Unencodable {
        std::string_view character;
        std::size_t offset;                         // where it starts in the body, in bytes
        std::optional<std::string_view> look_alike; // what smart encoding writes instead, if it knows it
    };

    // Cuts a text, with smart_encoded as for a message that is sent with SmartEncoded.
    explicit Segments(std::string_view body, bool smart_encoded = false)
        : segments_(detail::make<Handle>([&](ringback_segments **segments) {
              return ringback_segments_new(detail::Text(body).c_str(), smart_encoded, segments);
          })) {}

    // The whole text, after smart encoding where that was asked for.
    std::string_view body() const noexcept { return detail::view(ringback_segments_get_body(segments_.get())).value_or(""); }
    Encoding encoding() const noexcept { return ringback_segments_get_encoding(segments_.get()); }
    std::size_t count() const noexcept { return ringback_segments_get_count(segments_.get()); }
    std::size_t characters() const noexcept { return ringback_segments_get_characters(segments_.get()); }
    std::size_t units() const noexcept { return ringback_segments_get_units(segments_.get()); }
    std::size_t room() const noexcept { return ringback_segments_get_room(segments_.get()); }
    bool is_too_long() const noexcept { return ringback_segments_is_too_long(segments_.get()); }

    std::vector<std::string_view> texts() const {
        std::vector<std::string_view> texts;
        for (std::size_t index = 0; index < count(); ++index) {
            texts.emplace_back(ringback_segments_get_text(segments_.get(), index));
        }
        return texts;
    }

    std::vector<Unencodable> unencodable() const {
        std::vector<Unencodable> found(ringback_segments_get_unencodable_count(segments_.get()));
        for (std::size_t index = 0; index < found.size(); ++index) {
            found[index] = {ringback_segments_get_unencodable(segments_.get(), index),
                            ringback_segments_get_unencodable_offset(segments_.get(), index),
                            detail::view(ringback_segments_get_look_alike(segments_.get(), index))};
        }
        return found;
    }

private:
    using Handle = detail::Handle<ringback_segments, ringback_segments_free>;
    Handle segments_;
};

// How many text messages a text takes.
inline std::size_t count_segments(std::string_view body, bool smart_encoded = false) {
    std::size_t count = 0;
    detail::check(ringback_text_count_segments(detail::Text(body).c_str(), smart_encoded, &count));
    return count;
}

// Throws if a number is not in E.164; the error says what to do about it.
inline void check_e164(std::string_view number) {
    detail::check(ringback_text_check_e164(detail::Text(number).c_str()));
}

// Remembers which events are acted on, so that each is acted on once.
class Idempotency {
public:
    // An action may take the lease before another may begin it; it is remembered for so long that it was done.
    explicit Idempotency(double lease_seconds = 60, double keep_seconds = 86400, std::size_t capacity = 100000)
        : idempotency_(detail::make<Handle>([&](ringback_idempotency **idempotency) {
              return ringback_idempotency_new(lease_seconds, keep_seconds, capacity, idempotency);
          })) {}

    // Acts unless that was done or is being done, and says which; when the action throws, the next try may act at once.
    template <typename Act> ringback_begun once(std::string_view key, Act &&act) const {
        const detail::Text text(key);
        ringback_begun begun = RINGBACK_BEGUN_DONE;
        std::uint64_t claim = 0;
        detail::check(ringback_idempotency_begin(idempotency_.get(), text.c_str(), &begun, &claim));
        if (begun != RINGBACK_BEGUN_FIRST) {
            return begun;
        }
        try {
            std::forward<Act>(act)();
        } catch (...) {
            ringback_idempotency_abandon(idempotency_.get(), text.c_str(), claim);
            throw;
        }
        ringback_idempotency_finish(idempotency_.get(), text.c_str(), claim);
        return begun;
    }

    // How often a genuine request was seen; a store that is full throws: refuse the request then.
    ringback_sighting see(std::string_view signature, std::optional<std::string_view> token = std::nullopt) const {
        ringback_sighting sighting = RINGBACK_SIGHTING_REPEATED;
        detail::check(ringback_idempotency_see(idempotency_.get(), detail::Text(signature).c_str(),
                                               detail::Text(token).c_str(), &sighting));
        return sighting;
    }

private:
    using Handle = detail::Handle<ringback_idempotency, ringback_idempotency_free>;
    Handle idempotency_;
};

// The parameters of a webhook.
class Form {
public:
    explicit Form(std::string_view body)
        : form_(detail::make<Handle>(
              [&](ringback_form **form) { return ringback_form_parse(body.data(), body.size(), form); })) {}

    // The first value of a parameter, empty if it is not there.
    std::string_view operator[](std::string_view name) const { return get(name).value_or(std::string_view()); }
    std::optional<std::string_view> get(std::string_view name) const {
        return detail::view(ringback_form_get(form_.get(), detail::Text(name).c_str()));
    }

    // Reads the query of the URL that a callback was sent to.
    static Form of_url(std::string_view url) {
        return Form(detail::make<Handle>(
            [&](ringback_form **form) { return ringback_form_parse_url(detail::Text(url).c_str(), form); }));
    }
    // The id of the send that a callback tells of, read out of its URL.
    std::optional<std::string_view> correlation_id() const {
        return detail::view(ringback_form_get_correlation_id(form_.get()));
    }

private:
    using Handle = detail::Handle<ringback_form, ringback_form_free>;
    explicit Form(Handle form) : form_(std::move(form)) {}
    Handle form_;
};

// A webhook whose kind was recognised by its fields, which go by their names in Twilio's spelling.
//
// Check the signature first. Texts live as long as the payload.
class Payload {
public:
    // Reads the body of a webhook; what is of no known kind is RINGBACK_PAYLOAD_KIND_UNKNOWN.
    explicit Payload(std::string_view body)
        : payload_(detail::make<Handle>(
              [&](ringback_payload **payload) { return ringback_payload_read(body.data(), body.size(), payload); })) {}

    // Reads the query of the URL that a webhook was sent to by GET.
    static Payload of_url(std::string_view url) {
        return Payload(detail::make<Handle>(
            [&](ringback_payload **payload) { return ringback_payload_read_url(detail::Text(url).c_str(), payload); }));
    }

    PayloadKind kind() const noexcept { return ringback_payload_get_kind(payload_.get()); }
    std::string_view kind_name() const {
        return detail::view(ringback_payload_get_kind_name(payload_.get())).value_or("");
    }

    // The text of a field, empty if it is not there.
    std::string_view operator[](std::string_view name) const { return text(name).value_or(std::string_view()); }
    std::optional<std::string_view> text(std::string_view name) const {
        return detail::view(ringback_payload_get_text(payload_.get(), detail::Text(name).c_str()));
    }
    std::optional<std::int64_t> integer(std::string_view name) const {
        std::int64_t value = 0;
        return given(ringback_payload_get_integer(payload_.get(), detail::Text(name).c_str(), &value), value);
    }
    std::optional<bool> boolean(std::string_view name) const {
        bool value = false;
        return given(ringback_payload_get_boolean(payload_.get(), detail::Text(name).c_str(), &value), value);
    }
    // In seconds since 1970.
    std::optional<double> moment(std::string_view name) const {
        double value = 0;
        return given(ringback_payload_get_moment(payload_.get(), detail::Text(name).c_str(), &value), value);
    }

    struct Media {
        std::string_view url;
        std::optional<std::string_view> type;
    };
    std::vector<Media> media() const {
        std::vector<Media> media;
        for (std::size_t index = 0; index < ringback_payload_get_media_count(payload_.get()); ++index) {
            media.push_back({detail::view(ringback_payload_get_media_url(payload_.get(), index)).value_or(""),
                             detail::view(ringback_payload_get_media_type(payload_.get(), index))});
        }
        return media;
    }

    struct Field {
        std::string_view name;
        std::string_view text;
    };
    // Every field in the order in which they came.
    std::vector<Field> fields() const {
        std::vector<Field> fields;
        for (std::size_t index = 0; index < ringback_payload_get_field_count(payload_.get()); ++index) {
            fields.push_back({detail::view(ringback_payload_get_field_name(payload_.get(), index)).value_or(""),
                              detail::view(ringback_payload_get_field_text(payload_.get(), index)).value_or("")});
        }
        return fields;
    }
    // Whether a field of this name is known in this kind of webhook.
    bool knows(std::string_view name) const {
        return ringback_payload_knows_field(payload_.get(), detail::Text(name).c_str());
    }
    // The names of the fields whose texts are not of their form.
    std::vector<std::string_view> problems() const {
        std::vector<std::string_view> problems;
        for (std::size_t index = 0; index < ringback_payload_get_problem_count(payload_.get()); ++index) {
            problems.push_back(detail::view(ringback_payload_get_problem(payload_.get(), index)).value_or(""));
        }
        return problems;
    }
    // The key of the event that the webhook tells of, for Idempotency::once.
    std::string_view event_key(std::string_view idempotency_token = std::string_view()) const {
        const detail::Text token(idempotency_token);
        return detail::view(ringback_payload_get_event_key(payload_.get(), token.c_str())).value_or("");
    }

private:
    friend class CloudEvents;
    using Handle = detail::Handle<ringback_payload, ringback_payload_free>;
    explicit Payload(Handle payload) : payload_(std::move(payload)) {}
    // by reference, since the value is written while the arguments are made
    template <class T> static std::optional<T> given(bool is_there, const T &value) {
        return is_there ? std::optional<T>(value) : std::nullopt;
    }
    Handle payload_;
};

// The events of one request of an event stream, by their places from 0.
//
// Check the signature first, over the raw body. Texts live as long as the events.
class CloudEvents {
public:
    explicit CloudEvents(std::string_view body)
        : events_(detail::make<Handle>([&](ringback_cloud_events **events) {
              return ringback_cloud_events_read(body.data(), body.size(), events);
          })) {}

    std::size_t size() const noexcept { return ringback_cloud_events_get_count(events_.get()); }
    // An attribute, such as "type", "id" or "source".
    std::optional<std::string_view> attribute(std::size_t index, std::string_view name) const {
        return detail::view(ringback_cloud_events_get_attribute(events_.get(), index, detail::Text(name).c_str()));
    }
    // When it happened, in seconds since 1970.
    std::optional<double> time(std::size_t index) const {
        double value = 0;
        const bool is_known = ringback_cloud_events_get_time(events_.get(), index, &value);
        return is_known ? std::optional<double>(value) : std::nullopt;
    }
    // A text of the data, such as "messageSid", numbers and truth values as they stand.
    std::optional<std::string_view> text(std::size_t index, std::string_view key) const {
        return detail::view(ringback_cloud_events_get_text(events_.get(), index, detail::Text(key).c_str()));
    }
    std::optional<std::int64_t> integer(std::size_t index, std::string_view key) const {
        std::int64_t value = 0;
        const bool is_there =
            ringback_cloud_events_get_integer(events_.get(), index, detail::Text(key).c_str(), &value);
        return is_there ? std::optional<std::int64_t>(value) : std::nullopt;
    }
    // All of the data, or a value of it, as JSON.
    std::optional<std::string_view> json(std::size_t index) const {
        return detail::view(ringback_cloud_events_get_json(events_.get(), index, nullptr));
    }
    std::optional<std::string_view> json(std::size_t index, std::string_view key) const {
        return detail::view(ringback_cloud_events_get_json(events_.get(), index, detail::Text(key).c_str()));
    }
    // The webhook that would have told the same: only messages have one.
    std::optional<Payload> payload(std::size_t index) const {
        ringback_payload *payload = nullptr;
        detail::check(ringback_cloud_events_get_payload(events_.get(), index, &payload));
        return payload ? std::optional<Payload>(Payload(Payload::Handle(payload))) : std::nullopt;
    }

private:
    using Handle = detail::Handle<ringback_cloud_events, ringback_cloud_events_free>;
    Handle events_;
};

// How far messages have come, whatever the order of their callbacks; it forgets those not heard of for longest.
class MessageLadder {
public:
    explicit MessageLadder(std::size_t capacity) : ladder_(ringback_message_ladder_new(capacity)) {}

    // Takes the status of a callback, and tells what it is to the one before.
    LadderStep climb(std::string_view sid, std::string_view status) {
        return ringback_message_ladder_climb(ladder_.get(), detail::Text(sid).c_str(), detail::Text(status).c_str());
    }
    std::optional<std::string_view> status(std::string_view sid) const {
        return detail::view(ringback_message_ladder_get_status(ladder_.get(), detail::Text(sid).c_str()));
    }
    // What a status is to the last known one, if there is one.
    static LadderStep compare(std::optional<std::string_view> last, std::string_view next) {
        return ringback_message_ladder_compare(detail::Text(last).c_str(), detail::Text(next).c_str());
    }

private:
    detail::Handle<ringback_message_ladder, ringback_message_ladder_free> ladder_;
};

// How far calls have come, whatever the order of their callbacks; it forgets those not heard of for longest.
class CallLadder {
public:
    explicit CallLadder(std::size_t capacity) : ladder_(ringback_call_ladder_new(capacity)) {}

    // Takes the status of a callback and its SequenceNumber, and tells what the status is to the one before.
    LadderStep climb(std::string_view sid, std::string_view status,
                     std::optional<std::int64_t> sequence_number = std::nullopt) {
        return ringback_call_ladder_climb(ladder_.get(), detail::Text(sid).c_str(), detail::Text(status).c_str(),
                                          sequence_number.value_or(-1));
    }
    std::optional<std::string_view> status(std::string_view sid) const {
        return detail::view(ringback_call_ladder_get_status(ladder_.get(), detail::Text(sid).c_str()));
    }
    // What a status and its number are to the last known ones, if there are any.
    static LadderStep compare(std::optional<std::string_view> last, std::optional<std::int64_t> last_number,
                              std::string_view next, std::optional<std::int64_t> next_number) {
        return ringback_call_ladder_compare(detail::Text(last).c_str(), last_number.value_or(-1),
                                            detail::Text(next).c_str(), next_number.value_or(-1));
    }

private:
    detail::Handle<ringback_call_ladder, ringback_call_ladder_free> ladder_;
};

// A Twilio on this machine, inside the program; it stops with the object.
class Emulator {
public:
    // 0 lets the system choose the port.
    explicit Emulator(std::uint16_t port = 0)
        : emulator_(detail::make<Handle>(
              [&](ringback_emulator **emulator) { return ringback_emulator_start(port, emulator); })) {}

    std::string_view url() const { return detail::view(ringback_emulator_get_url(emulator_.get())).value_or(""); }

    // The account that client() signs in with.
    std::string_view account_sid() const {
        return detail::view(ringback_emulator_get_account_sid(emulator_.get())).value_or("");
    }

    // The token of that account, with which the emulator signs its webhooks.
    std::string_view auth_token() const {
        return detail::view(ringback_emulator_get_auth_token(emulator_.get())).value_or("");
    }

    Client client() const {
        ringback_client *client = nullptr;
        detail::check(ringback_client_new_for_emulator(emulator_.get(), &client));
        return Client(client);
    }
    // Calls the control surface with a JSON body; the answer has its status.
    Response control(std::string_view method, std::string_view path,
                     std::optional<std::string_view> body = std::nullopt) const {
        ringback_response *response = nullptr;
        detail::check(ringback_emulator_control(emulator_.get(), detail::Text(method).c_str(),
                                                detail::Text(path).c_str(), detail::Text(body).c_str(), &response));
        return Response(response);
    }

private:
    using Handle = detail::Handle<ringback_emulator, ringback_emulator_free>;
    Handle emulator_;
};

// A message of Media Streams or ConversationRelay, as a WebSocket of the program's own carries it.
class StreamMessage {
public:
    // Reads a message of Twilio's; throws an Error of the kind RINGBACK_ERROR_KIND_DECODE if it is none.
    static StreamMessage parse_media(std::string_view text) {
        return make([&](auto **message) { return ringback_stream_message_parse_media(text.data(), text.size(), message); });
    }
    static StreamMessage parse_relay(std::string_view text) {
        return make([&](auto **message) { return ringback_stream_message_parse_relay(text.data(), text.size(), message); });
    }

    // The message that plays audio, µ-law of any length; the one that asks for a mark when it was played; and the one
    // that forgets what was not played yet.
    static StreamMessage media(std::string_view stream_sid, const std::vector<std::uint8_t> &payload) {
        return make([&](auto **message) {
            return ringback_stream_message_new_media(detail::Text(stream_sid).c_str(), payload.data(), payload.size(),
                                                     message);
        });
    }
    static StreamMessage mark(std::string_view stream_sid, std::string_view name) {
        return make([&](auto **message) {
            return ringback_stream_message_new_mark(detail::Text(stream_sid).c_str(), detail::Text(name).c_str(), message);
        });
    }
    static StreamMessage clear(std::string_view stream_sid) {
        return make([&](auto **message) {
            return ringback_stream_message_new_clear(detail::Text(stream_sid).c_str(), message);
        });
    }

    // The message that has text spoken by ConversationRelay, and the one that ends its session.
    static StreamMessage say(std::string_view token, bool last = true, std::optional<std::string_view> lang = {}) {
        return make([&](auto **message) {
            return ringback_stream_message_new_text(detail::Text(token).c_str(), last, detail::Text(lang).c_str(), message);
        });
    }
    static StreamMessage end(std::optional<std::string_view> handoff_data = {}) {
        return make([&](auto **message) {
            return ringback_stream_message_new_end(detail::Text(handoff_data).c_str(), message);
        });
    }

    // The event or the type, such as "media" or "prompt".
    std::string_view name() const { return detail::view(ringback_stream_message_get_name(get())).value_or(""); }

    // The whole of it, as it is sent.
    std::string_view text() const { return detail::view(ringback_stream_message_get_json(get(), nullptr)).value_or(""); }

    // A text by its JSON key, empty if it is not there; a slash goes deeper, as in "start/callSid".
    std::string_view operator[](std::string_view key) const { return get(key).value_or(std::string_view()); }
    std::optional<std::string_view> get(std::string_view key) const {
        return detail::view(ringback_stream_message_get_text(get(), detail::Text(key).c_str()));
    }
    std::optional<std::int64_t> integer(std::string_view key) const {
        std::int64_t value = 0;
        const bool found = ringback_stream_message_get_integer(get(), detail::Text(key).c_str(), &value);
        return found ? std::optional<std::int64_t>(value) : std::nullopt;
    }
    std::optional<bool> boolean(std::string_view key) const {
        bool value = false;
        const bool found = ringback_stream_message_get_boolean(get(), detail::Text(key).c_str(), &value);
        return found ? std::optional<bool>(value) : std::nullopt;
    }
    std::optional<std::string_view> json(std::string_view key) const {
        return detail::view(ringback_stream_message_get_json(get(), detail::Text(key).c_str()));
    }

    // The audio of a message that was read, µ-law; empty if it has none.
    std::vector<std::uint8_t> payload() const {
        std::size_t length = 0;
        const std::uint8_t *payload = ringback_stream_message_get_payload(get(), &length);
        return std::vector<std::uint8_t>(payload, payload + length);
    }

private:
    using Handle = detail::Handle<ringback_stream_message, ringback_stream_message_free>;

    template <class Make> static StreamMessage make(Make &&make) {
        return StreamMessage(
            detail::make<Handle>([&](ringback_stream_message **message) { return make(message); }));
    }

    explicit StreamMessage(Handle message) : message_(std::move(message)) {}

    const ringback_stream_message *get() const noexcept { return message_.get(); }

    Handle message_;
};

// µ-law, which streams carry, as linear 16-bit PCM at 8,000 samples a second, and back.
inline std::vector<std::int16_t> mulaw_decode(const std::vector<std::uint8_t> &mulaw) {
    std::vector<std::int16_t> pcm(mulaw.size());
    detail::check(ringback_mulaw_decode(mulaw.data(), mulaw.size(), pcm.data()));
    return pcm;
}
inline std::vector<std::uint8_t> mulaw_encode(const std::vector<std::int16_t> &pcm) {
    std::vector<std::uint8_t> mulaw(pcm.size());
    detail::check(ringback_mulaw_encode(pcm.data(), pcm.size(), mulaw.data()));
    return mulaw;
}

// What the table of Twilio's API says of an operation: Operation("messages.create"), or one of operations().
class Operation {
public:
    // Something that it takes. Texts live as long as the operation.
    struct Field {
        std::string_view name; // in Twilio's spelling
        std::string_view kind; // such as "text", "integer", "enum", "json" or "model"
        bool required = false;
        bool list = false;
        std::vector<std::string_view> values; // of an enum
        std::string_view model;               // the name of the model, or empty
    };
    struct Parameter : Field {
        std::string_view place;         // "path", "query", "form", "header" or "body"
        std::uint16_t number_limit = 0; // how many numbered ones a name with # stands for
    };
    // A JSON object that a body is, or holds.
    struct Model {
        std::string_view name;
        std::vector<Field> fields;
    };

    // Finds it by its name, long or short; the error for an unknown name tells the nearest one.
    explicit Operation(std::string_view name)
        : operation_(detail::make<Handle>([&](ringback_operation **operation) {
              return ringback_operation_find(detail::Text(name).c_str(), operation);
          })) {}

    // Finds it by its place in the table.
    explicit Operation(std::size_t index)
        : operation_(detail::make<Handle>(
              [&](ringback_operation **operation) { return ringback_operation_find_at(index, operation); })) {}

    std::string_view name() const { return text(ringback_operation_get_name(get())); }
    std::optional<std::string_view> short_name() const { return detail::view(ringback_operation_get_short_name(get())); }
    std::string_view verb() const { return text(ringback_operation_get_verb(get())); }
    std::string_view method() const { return text(ringback_operation_get_method(get())); }
    std::string_view host() const { return text(ringback_operation_get_host(get())); }
    std::string_view path() const { return text(ringback_operation_get_path(get())); }
    // The content type of its body; nothing if it has none.
    std::optional<std::string_view> content_type() const {
        return detail::view(ringback_operation_get_content_type(get()));
    }
    std::uint16_t status() const noexcept { return ringback_operation_get_status(get()); }
    bool is_list() const noexcept { return ringback_operation_is_list(get()); }

    // Those of its path first.
    std::vector<Parameter> parameters() const {
        std::vector<Parameter> all(ringback_operation_get_parameter_count(get()));
        for (std::size_t index = 0; index < all.size(); ++index) {
            Parameter &made = all[index];
            made.name = text(ringback_operation_get_parameter_name(get(), index));
            made.kind = text(ringback_operation_get_parameter_kind(get(), index));
            made.required = ringback_operation_is_parameter_required(get(), index);
            made.list = ringback_operation_is_parameter_list(get(), index);
            for (std::size_t at = 0; at < ringback_operation_get_parameter_value_count(get(), index); ++at) {
                made.values.push_back(text(ringback_operation_get_parameter_value(get(), index, at)));
            }
            made.model = text(ringback_operation_get_parameter_model(get(), index));
            made.place = text(ringback_operation_get_parameter_place(get(), index));
            made.number_limit = ringback_operation_get_parameter_number_limit(get(), index);
        }
        return all;
    }

    // What its JSON body is made of, the outer ones first.
    std::vector<Model> models() const {
        std::vector<Model> all(ringback_operation_get_model_count(get()));
        for (std::size_t model = 0; model < all.size(); ++model) {
            all[model].name = text(ringback_operation_get_model_name(get(), model));
            all[model].fields.resize(ringback_operation_get_field_count(get(), model));
            for (std::size_t index = 0; index < all[model].fields.size(); ++index) {
                Field &made = all[model].fields[index];
                made.name = text(ringback_operation_get_field_name(get(), model, index));
                made.kind = text(ringback_operation_get_field_kind(get(), model, index));
                made.required = ringback_operation_is_field_required(get(), model, index);
                made.list = ringback_operation_is_field_list(get(), model, index);
                for (std::size_t at = 0; at < ringback_operation_get_field_value_count(get(), model, index); ++at) {
                    made.values.push_back(text(ringback_operation_get_field_value(get(), model, index, at)));
                }
                made.model = text(ringback_operation_get_field_model(get(), model, index));
            }
        }
        return all;
    }

private:
    using Handle = detail::Handle<ringback_operation, ringback_operation_free>;

    const ringback_operation *get() const noexcept { return operation_.get(); }

    // empty for an object that was moved away
    static std::string_view text(const char *text) { return detail::view(text).value_or(std::string_view()); }

    Handle operation_;
};

// Every operation of the table: for (const auto &operation : ringback::operations()).
class Operations {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Operation;
        using difference_type = std::ptrdiff_t;
        using pointer = const Operation *;
        using reference = const Operation &;

        explicit iterator(std::size_t index) : index_(index) { find(); }
        reference operator*() const { return *operation_; }
        pointer operator->() const { return operation_.get(); }
        iterator &operator++() {
            ++index_;
            find();
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator &left, const iterator &right) { return left.index_ == right.index_; }
        friend bool operator!=(const iterator &left, const iterator &right) { return !(left == right); }

    private:
        void find() {
            operation_ = index_ < ringback_operation_count() ? std::make_shared<const Operation>(index_) : nullptr;
        }
        std::size_t index_;
        std::shared_ptr<const Operation> operation_;
    };

    std::size_t size() const noexcept { return ringback_operation_count(); }
    iterator begin() const { return iterator(0); }
    iterator end() const { return iterator(size()); }
};

inline Operations operations() { return Operations(); }

// The version of the library, such as "0.1.0".
inline std::string_view version() { return ringback_version(); }

} // namespace ringback

#endif // RINGBACK_HPP
