//! A document as the answer of an axum handler.

use axum::{
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};

use super::{Element, MessagingResponse, VoiceResponse};

/// The document as `text/xml`; one that cannot be written is logged and answered with 500.
impl IntoResponse for Element {
    fn into_response(self) -> Response {
        match self.to_xml() {
            Ok(xml) => ([(CONTENT_TYPE, "text/xml")], xml).into_response(),
            Err(error) => {
                tracing::error!(%error, "the TwiML cannot be written");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

impl IntoResponse for VoiceResponse {
    fn into_response(self) -> Response {
        Element::from(self).into_response()
    }
}

impl IntoResponse for MessagingResponse {
    fn into_response(self) -> Response {
        Element::from(self).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::twiml::Say;

    #[test]
    fn a_document_is_answered_as_xml_and_one_that_cannot_be_written_as_an_error() {
        let answer = VoiceResponse::new().say(Say::new("hi")).into_response();
        assert_eq!((answer.status(), answer.headers()[CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, "text/xml"));
        let wrong = VoiceResponse::new().say(Say::new("\0")).into_response();
        assert_eq!(wrong.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
