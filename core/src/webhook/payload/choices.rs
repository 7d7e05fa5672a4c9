//! The open enums of webhooks: the texts that are known, and any other.

use super::macros;

macros::choices! {
    /// What became of a message.
    MessageState {
        Accepted = "accepted",
        Scheduled = "scheduled",
        Queued = "queued",
        Sending = "sending",
        Sent = "sent",
        Delivered = "delivered",
        Undelivered = "undelivered",
        Failed = "failed",
        Read = "read",
        Canceled = "canceled",
        Receiving = "receiving",
        Received = "received",
        PartiallyDelivered = "partially_delivered",
    }

    /// What became of a call.
    CallState {
        Queued = "queued",
        Initiated = "initiated",
        Ringing = "ringing",
        InProgress = "in-progress",
        Completed = "completed",
        Busy = "busy",
        Failed = "failed",
        NoAnswer = "no-answer",
        Canceled = "canceled",
    }

    /// Who began a call, and how.
    Direction {
        Inbound = "inbound",
        OutboundApi = "outbound-api",
        OutboundDial = "outbound-dial",
        TrunkingOriginating = "trunking-originating",
        TrunkingTerminating = "trunking-terminating",
    }

    /// Who or what answered a call.
    AnsweredBy {
        Human = "human",
        MachineStart = "machine_start",
        MachineEndBeep = "machine_end_beep",
        MachineEndSilence = "machine_end_silence",
        MachineEndOther = "machine_end_other",
        Fax = "fax",
        Unknown = "unknown",
    }

    /// What became of the call that `<Dial>` made.
    DialState {
        Completed = "completed",
        Answered = "answered",
        Busy = "busy",
        NoAnswer = "no-answer",
        Failed = "failed",
        Canceled = "canceled",
    }

    /// What became of a recording.
    RecordingState {
        InProgress = "in-progress",
        Completed = "completed",
        Absent = "absent",
        Failed = "failed",
    }

    /// What made a recording.
    RecordingSource {
        RecordVerb = "RecordVerb",
        DialVerb = "DialVerb",
        Conference = "Conference",
        OutboundApi = "OutboundAPI",
        Trunking = "Trunking",
        StartCallRecordingApi = "StartCallRecordingAPI",
        StartConferenceRecordingApi = "StartConferenceRecordingAPI",
    }

    /// What became of a transcription.
    TranscriptionState {
        Completed = "completed",
        Failed = "failed",
    }

    /// What happened to a transcription that runs beside a call.
    TranscriptionEventType {
        TranscriptionStarted = "transcription-started",
        TranscriptionContent = "transcription-content",
        TranscriptionStopped = "transcription-stopped",
        TranscriptionError = "transcription-error",
    }

    /// How a call left its queue.
    QueueResult {
        Bridged = "bridged",
        BridgingInProcess = "bridging-in-process",
        Error = "error",
        Hangup = "hangup",
        Leave = "leave",
        Redirected = "redirected",
        RedirectedFromBridged = "redirected-from-bridged",
        QueueFull = "queue-full",
        SystemError = "system-error",
    }

    /// What happened in a conference.
    ConferenceEventType {
        ConferenceStart = "conference-start",
        ConferenceEnd = "conference-end",
        ParticipantJoin = "participant-join",
        ParticipantLeave = "participant-leave",
        ParticipantMute = "participant-mute",
        ParticipantUnmute = "participant-unmute",
        ParticipantHold = "participant-hold",
        ParticipantUnhold = "participant-unhold",
        ParticipantModify = "participant-modify",
        ParticipantSpeechStart = "participant-speech-start",
        ParticipantSpeechStop = "participant-speech-stop",
        AnnouncementEnd = "announcement-end",
        AnnouncementFail = "announcement-fail",
    }

    /// How a session of `<ConversationRelay>` ended.
    SessionState {
        Ended = "ended",
        Completed = "completed",
        Failed = "failed",
    }

    /// What happened to a media stream.
    StreamEventType {
        StreamStarted = "stream-started",
        StreamStopped = "stream-stopped",
        StreamError = "stream-error",
    }

    /// What became of a fax.
    FaxState {
        Queued = "queued",
        Processing = "processing",
        Sending = "sending",
        Delivered = "delivered",
        Receiving = "receiving",
        Received = "received",
        NoAnswer = "no-answer",
        Busy = "busy",
        Failed = "failed",
        Canceled = "canceled",
    }

    /// What somebody asked of the service by a keyword.
    OptOutType {
        Stop = "STOP",
        Start = "START",
        Help = "HELP",
    }

    /// What kind of button somebody pressed.
    ButtonType {
        Reply = "REPLY",
        Action = "ACTION",
    }

    /// What happened in Verify.
    VerifyEventType {
        FactorCreated = "factor.created",
        FactorVerified = "factor.verified",
        FactorDeleted = "factor.deleted",
        ChallengeApproved = "challenge.approved",
        ChallengeDenied = "challenge.denied",
    }

    /// What happened, or is about to happen, in Conversations.
    ConversationEventType {
        OnConversationAdd = "onConversationAdd",
        OnConversationAdded = "onConversationAdded",
        OnConversationRemove = "onConversationRemove",
        OnConversationRemoved = "onConversationRemoved",
        OnConversationUpdate = "onConversationUpdate",
        OnConversationUpdated = "onConversationUpdated",
        OnConversationStateUpdated = "onConversationStateUpdated",
        OnMessageAdd = "onMessageAdd",
        OnMessageAdded = "onMessageAdded",
        OnMessageRemove = "onMessageRemove",
        OnMessageRemoved = "onMessageRemoved",
        OnMessageUpdate = "onMessageUpdate",
        OnMessageUpdated = "onMessageUpdated",
        OnParticipantAdd = "onParticipantAdd",
        OnParticipantAdded = "onParticipantAdded",
        OnParticipantRemove = "onParticipantRemove",
        OnParticipantRemoved = "onParticipantRemoved",
        OnParticipantUpdate = "onParticipantUpdate",
        OnParticipantUpdated = "onParticipantUpdated",
        OnDeliveryUpdated = "onDeliveryUpdated",
        OnUserAdded = "onUserAdded",
        OnUserUpdate = "onUserUpdate",
        OnUserUpdated = "onUserUpdated",
    }
}
