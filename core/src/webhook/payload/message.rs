//! Webhooks of messages: one that arrived, and what became of one that was sent.

use super::{
    choices::{MessageState, OptOutType},
    macros,
};

macros::payload! {
    /// A message that arrived.
    ///
    /// The answer is TwiML, plain text, or nothing.
    IncomingMessage {
        key text message_sid "MessageSid";
        always text account_sid "AccountSid";
        always text from "From";
        always text to "To";
        always text body "Body";
        always text sms_sid "SmsSid";
        always text sms_message_sid "SmsMessageSid";
        always (MessageState) sms_status "SmsStatus";
        always integer num_media "NumMedia";
        always integer num_segments "NumSegments";
        always text api_version "ApiVersion";
        sometimes text messaging_service_sid "MessagingServiceSid";
        sometimes (OptOutType) opt_out_type "OptOutType";
        sometimes text from_city "FromCity";
        sometimes text from_state "FromState";
        sometimes text from_zip "FromZip";
        sometimes text from_country "FromCountry";
        sometimes text to_city "ToCity";
        sometimes text to_state "ToState";
        sometimes text to_zip "ToZip";
        sometimes text to_country "ToCountry";
        sometimes text profile_name "ProfileName";
        sometimes text wa_id "WaId";
        sometimes text message_type "MessageType";
        sometimes boolean forwarded "Forwarded";
        sometimes boolean frequently_forwarded "FrequentlyForwarded";
        sometimes text original_replied_message_sid "OriginalRepliedMessageSid";
        sometimes text original_replied_message_sender "OriginalRepliedMessageSender";
        sometimes integer referral_num_media "ReferralNumMedia";
        sometimes json interactive_data "InteractiveData";
        sometimes json flow_data "FlowData";
        sometimes json channel_metadata "ChannelMetadata";
        sometimes integer error_code "ErrorCode";
        sometimes text error_url "ErrorUrl";
        + media media;
        + Referral referral;
        + Location location;
        + Button button;
    }
}

macros::payload! {
    /// What became of a message that was sent.
    ///
    /// Callbacks come in any order, and more than once; see [`MessageLadder`](crate::webhook::ladder::MessageLadder).
    MessageStatus {
        key text message_sid "MessageSid";
        key (MessageState) message_status "MessageStatus";
        always text account_sid "AccountSid";
        always text from "From";
        always text to "To";
        always text sms_sid "SmsSid";
        always (MessageState) sms_status "SmsStatus";
        always text api_version "ApiVersion";
        sometimes text messaging_service_sid "MessagingServiceSid";
        sometimes integer error_code "ErrorCode";
        sometimes text error_message "ErrorMessage";
        sometimes text raw_dlr_done_date "RawDlrDoneDate";
        sometimes text channel_install_sid "ChannelInstallSid";
        sometimes text channel_prefix "ChannelPrefix";
        sometimes text channel_status_message "ChannelStatusMessage";
        sometimes text channel_to_address "ChannelToAddress";
        sometimes text event_type "EventType";
        sometimes integer num_segments "NumSegments";
    }
}
