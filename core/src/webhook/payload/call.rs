//! Webhooks of calls: what to do with one, what its verbs have led to, and what became of it.

use super::{
    choices::{
        AnsweredBy, CallState, ConferenceEventType, DialState, Direction, QueueResult, RecordingSource, RecordingState,
        SessionState, StreamEventType, TranscriptionEventType, TranscriptionState,
    },
    macros,
};

/// Hands the fields that every request about a call has on to another macro, after what that is to have besides.
macro_rules! with_call_fields {
    ($home:ident::$macro:ident $($row:tt)*) => {
        $home::$macro! {
            $($row)*
            over CALL {
                key text call_sid "CallSid";
                always text account_sid "AccountSid";
                always text from "From";
                always text to "To";
                always (CallState) call_status "CallStatus";
                always text api_version "ApiVersion";
                always (Direction) direction "Direction";
                sometimes text caller "Caller";
                sometimes text called "Called";
                sometimes text parent_call_sid "ParentCallSid";
                sometimes text forwarded_from "ForwardedFrom";
                sometimes text caller_name "CallerName";
                sometimes text application_sid "ApplicationSid";
                sometimes text call_token "CallToken";
                sometimes text stir_verstat "StirVerstat";
                sometimes text stir_passport_token "StirPassportToken";
                sometimes (AnsweredBy) answered_by "AnsweredBy";
                sometimes integer machine_detection_duration "MachineDetectionDuration";
                sometimes text from_city "FromCity";
                sometimes text from_state "FromState";
                sometimes text from_zip "FromZip";
                sometimes text from_country "FromCountry";
                sometimes text to_city "ToCity";
                sometimes text to_state "ToState";
                sometimes text to_zip "ToZip";
                sometimes text to_country "ToCountry";
                sometimes text caller_city "CallerCity";
                sometimes text caller_state "CallerState";
                sometimes text caller_zip "CallerZip";
                sometimes text caller_country "CallerCountry";
                sometimes text called_city "CalledCity";
                sometimes text called_state "CalledState";
                sometimes text called_zip "CalledZip";
                sometimes text called_country "CalledCountry";
                sometimes text sip_domain "SipDomain";
                sometimes text sip_domain_sid "SipDomainSid";
                sometimes text sip_call_id "SipCallId";
                sometimes text sip_source_ip "SipSourceIp";
                sometimes integer error_code "ErrorCode";
                sometimes text error_url "ErrorUrl";
                + sip_headers sip_headers;
            }
        }
    };
}

with_call_fields!(macros::base
    /// What every request about a call holds.
    CallPayload
);

macro_rules! about_call {
    ($($row:tt)*) => { with_call_fields!(macros::payload $($row)*); };
}

about_call! {
    /// A call that waits to be told what to do; a fallback URL is told the error as well.
    ///
    /// The answer is TwiML.
    VoiceRequest {}
}

about_call! {
    /// What became of a call.
    ///
    /// Callbacks come in any order, and more than once; see [`CallLadder`](crate::webhook::ladder::CallLadder).
    CallStatus {
        sometimes integer sequence_number "SequenceNumber";
        sometimes moment timestamp "Timestamp";
        sometimes text callback_source "CallbackSource";
        sometimes integer call_duration "CallDuration";
        sometimes integer duration "Duration";
        sometimes integer sip_response_code "SipResponseCode";
        sometimes text recording_sid "RecordingSid";
        sometimes text recording_url "RecordingUrl";
        sometimes integer recording_duration "RecordingDuration";
    }
}

about_call! {
    /// What somebody has keyed in or said to a `<Gather>`.
    GatherAction {
        sometimes text digits "Digits";
        sometimes text finished_on_key "FinishedOnKey";
        sometimes text speech_result "SpeechResult";
        sometimes decimal confidence "Confidence";
        sometimes text language "Language";
        sometimes text msg "msg";
    }
}

about_call! {
    /// What somebody is saying to a `<Gather>`.
    GatherPartial {
        sometimes text unstable_speech_result "UnstableSpeechResult";
        sometimes text stable_speech_result "StableSpeechResult";
        sometimes decimal stability "Stability";
        sometimes decimal confidence "Confidence";
        sometimes text language "Language";
        sometimes integer sequence_number "SequenceNumber";
    }
}

about_call! {
    /// What a `<Record>` has recorded; `Digits` is `hangup` if the caller hung up.
    RecordAction {
        key text recording_url "RecordingUrl";
        sometimes text recording_sid "RecordingSid";
        sometimes integer recording_duration "RecordingDuration";
        sometimes text digits "Digits";
    }
}

about_call! {
    /// What became of the call that a `<Dial>` made.
    DialAction {
        key (DialState) dial_call_status "DialCallStatus";
        sometimes text dial_call_sid "DialCallSid";
        sometimes integer dial_call_duration "DialCallDuration";
        sometimes boolean dial_bridged "DialBridged";
        sometimes integer dial_sip_response_code "DialSipResponseCode";
        sometimes text dial_sip_call_id "DialSipCallId";
        sometimes text recording_sid "RecordingSid";
        sometimes text recording_url "RecordingUrl";
        sometimes integer recording_duration "RecordingDuration";
        sometimes text queue_sid "QueueSid";
        sometimes (QueueResult) queue_result "QueueResult";
        sometimes integer queue_time "QueueTime";
    }
}

about_call! {
    /// Where the other end of a `<Dial>` wants to be transferred to.
    ReferAction {
        key text refer_transfer_target "ReferTransferTarget";
    }
}

about_call! {
    /// How a call left the queue that `<Enqueue>` had put it into.
    EnqueueAction {
        key (QueueResult) queue_result "QueueResult";
        sometimes text queue_sid "QueueSid";
        sometimes integer queue_time "QueueTime";
    }
}

about_call! {
    /// A call that waits in a queue, and what it should hear meanwhile.
    QueueWait {
        key integer queue_position "QueuePosition";
        sometimes text queue_sid "QueueSid";
        sometimes integer queue_time "QueueTime";
        sometimes integer avg_queue_time "AvgQueueTime";
        sometimes integer current_queue_size "CurrentQueueSize";
        sometimes integer max_queue_size "MaxQueueSize";
    }
}

about_call! {
    /// A call that leaves its queue, and what it should hear before it is connected.
    ///
    /// The name of the field that holds the other call is Twilio's.
    QueueCall {
        key text dequeing_call_sid "DequeingCallSid";
        sometimes text queue_sid "QueueSid";
        sometimes integer queue_time "QueueTime";
    }
}

about_call! {
    /// The text of a recording.
    Transcription {
        key (TranscriptionState) transcription_status "TranscriptionStatus";
        sometimes text transcription_sid "TranscriptionSid";
        sometimes text transcription_text "TranscriptionText";
        sometimes text transcription_type "TranscriptionType";
        sometimes text transcription_url "TranscriptionUrl";
        sometimes text recording_sid "RecordingSid";
        sometimes text recording_url "RecordingUrl";
    }
}

about_call! {
    /// How a session of `<ConversationRelay>` ended.
    ConversationRelayAction {
        key (SessionState) session_status "SessionStatus";
        sometimes text session_id "SessionId";
        sometimes integer session_duration "SessionDuration";
        sometimes json handoff_data "HandoffData";
        sometimes text error_message "ErrorMessage";
    }
}

macros::payload! {
    /// Who or what answered a call, told while it goes on.
    AnsweringMachineDetection {
        key text call_sid "CallSid";
        key (AnsweredBy) answered_by "AnsweredBy";
        always text account_sid "AccountSid";
        sometimes integer machine_detection_duration "MachineDetectionDuration";
    }
}

macros::payload! {
    /// What became of a recording, of a call or of a conference.
    RecordingStatus {
        key text recording_sid "RecordingSid";
        key (RecordingState) recording_status "RecordingStatus";
        always text account_sid "AccountSid";
        sometimes text call_sid "CallSid";
        sometimes text conference_sid "ConferenceSid";
        sometimes text recording_url "RecordingUrl";
        sometimes integer recording_duration "RecordingDuration";
        sometimes integer recording_channels "RecordingChannels";
        sometimes moment recording_start_time "RecordingStartTime";
        sometimes (RecordingSource) recording_source "RecordingSource";
        sometimes text recording_track "RecordingTrack";
        sometimes integer error_code "ErrorCode";
    }
}

macros::payload! {
    /// What is being said in a call, and what became of the transcription.
    RealTimeTranscription {
        key text transcription_sid "TranscriptionSid";
        key (TranscriptionEventType) transcription_event "TranscriptionEvent";
        always text account_sid "AccountSid";
        always text call_sid "CallSid";
        sometimes moment timestamp "Timestamp";
        sometimes integer sequence_id "SequenceId";
        sometimes text language_code "LanguageCode";
        sometimes text track "Track";
        sometimes json transcription_data "TranscriptionData";
        sometimes boolean is_final "Final";
        sometimes decimal stability "Stability";
        sometimes boolean partial_results "PartialResults";
        sometimes text transcription_engine "TranscriptionEngine";
        sometimes text speech_model "SpeechModel";
        sometimes json provider_configuration "ProviderConfiguration";
        sometimes text inbound_track_label "InboundTrackLabel";
        sometimes text outbound_track_label "OutboundTrackLabel";
        sometimes integer transcription_error_code "TranscriptionErrorCode";
        sometimes text transcription_error "TranscriptionError";
    }
}

macros::payload! {
    /// What happened in a conference.
    ConferenceEvent {
        key text conference_sid "ConferenceSid";
        key (ConferenceEventType) status_callback_event "StatusCallbackEvent";
        always text account_sid "AccountSid";
        always text friendly_name "FriendlyName";
        always integer sequence_number "SequenceNumber";
        always moment timestamp "Timestamp";
        sometimes text call_sid "CallSid";
        sometimes text participant_label "ParticipantLabel";
        sometimes boolean muted "Muted";
        sometimes boolean hold "Hold";
        sometimes boolean coaching "Coaching";
        sometimes boolean end_conference_on_exit "EndConferenceOnExit";
        sometimes boolean start_conference_on_enter "StartConferenceOnEnter";
        sometimes text call_sid_ending_conference "CallSidEndingConference";
        sometimes text participant_label_ending_conference "ParticipantLabelEndingConference";
        sometimes text reason_conference_ended "ReasonConferenceEnded";
        sometimes text reason "Reason";
        sometimes (CallState) participant_call_status "ParticipantCallStatus";
        sometimes text reason_participant_left "ReasonParticipantLeft";
        sometimes text reason_announcement_failed "ReasonAnnouncementFailed";
        sometimes text announce_url "AnnounceUrl";
    }
}

macros::payload! {
    /// What happened to a media stream.
    StreamStatus {
        key text stream_sid "StreamSid";
        key (StreamEventType) stream_event "StreamEvent";
        always text account_sid "AccountSid";
        always text call_sid "CallSid";
        sometimes text stream_name "StreamName";
        sometimes text stream_error "StreamError";
        sometimes moment timestamp "Timestamp";
    }
}
