//! The webhook of a fax.

use super::{choices::FaxState, macros};

macros::payload! {
    /// A fax that was sent or received.
    FaxStatus {
        key text fax_sid "FaxSid";
        always text account_sid "AccountSid";
        always text from "From";
        always text to "To";
        always (FaxState) fax_status "FaxStatus";
        always text api_version "ApiVersion";
        sometimes text remote_station_id "RemoteStationId";
        sometimes integer num_pages "NumPages";
        sometimes text media_url "MediaUrl";
        sometimes text original_media_url "OriginalMediaUrl";
        sometimes integer error_code "ErrorCode";
        sometimes text error_message "ErrorMessage";
    }
}
