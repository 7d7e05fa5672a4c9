//! The webhook of Conversations, before and after something is done.

use super::{choices::ConversationEventType, macros};

macros::payload! {
    /// What happened, or is about to happen, to a conversation, a message, a participant or a user.
    ///
    /// An answer to one before the deed (`onMessageAdd`) may change or refuse it.
    ConversationEvent {
        key (ConversationEventType) event_type "EventType";
        always text account_sid "AccountSid";
        sometimes text conversation_sid "ConversationSid";
        sometimes text chat_service_sid "ChatServiceSid";
        sometimes text messaging_service_sid "MessagingServiceSid";
        sometimes text source "Source";
        sometimes text client_identity "ClientIdentity";
        sometimes integer retry_count "RetryCount";
        sometimes text message_sid "MessageSid";
        sometimes integer index "Index";
        sometimes text body "Body";
        sometimes text subject "Subject";
        sometimes text author "Author";
        sometimes json attributes "Attributes";
        sometimes json media "Media";
        sometimes text content_sid "ContentSid";
        sometimes text participant_sid "ParticipantSid";
        sometimes text user_sid "UserSid";
        sometimes text identity "Identity";
        sometimes text role_sid "RoleSid";
        sometimes text modified_by "ModifiedBy";
        sometimes moment date_created "DateCreated";
        sometimes moment date_updated "DateUpdated";
        sometimes moment date_removed "DateRemoved";
        sometimes text friendly_name "FriendlyName";
        sometimes text unique_name "UniqueName";
        sometimes text state "State";
        sometimes text state_from "StateFrom";
        sometimes text state_to "StateTo";
        sometimes moment state_updated "StateUpdated";
        sometimes text reason "Reason";
        sometimes text message_body "MessageBody";
        sometimes json message_media "MessageMedia";
        sometimes text messaging_binding_type "MessagingBinding.Type";
        sometimes text messaging_binding_address "MessagingBinding.Address";
        sometimes text messaging_binding_proxy_address "MessagingBinding.ProxyAddress";
        sometimes text messaging_binding_projected_address "MessagingBinding.ProjectedAddress";
        sometimes text messaging_binding_author_address "MessagingBinding.AuthorAddress";
        sometimes integer last_read_message_index "LastReadMessageIndex";
        sometimes boolean is_online "IsOnline";
        sometimes boolean is_notifiable "IsNotifiable";
        sometimes text channel_message_sid "ChannelMessageSid";
        sometimes text delivery_receipt_sid "DeliveryReceiptSid";
        sometimes text status "Status";
        sometimes integer error_code "ErrorCode";
    }
}
