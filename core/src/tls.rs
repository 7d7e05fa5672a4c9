//! TLS: whose certificates are believed, and what is said of one that is not.
//!
//! Authorities are asked in this order: those of the user's `ca_file`, the bundled ones, which cost nothing to read, and
//! the system's, whose store is read at the first certificate that the others do not know. Who sets `SSL_CERT_FILE` or
//! `SSL_CERT_DIR` chooses authorities, so the bundled ones are not asked then. No setting switches checks off.

use std::{
    io,
    path::Path,
    sync::{Arc, OnceLock},
};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use rustls_platform_verifier::Verifier;

use crate::{Error, Result, process::kept};

/// The settings of TLS connections: TLS 1.2 or later, nothing sent before the handshake is done.
///
/// Without a `ca_file` they are made once for the process, so that every client resumes the sessions of the others.
pub(crate) fn config(ca_file: Option<&Path>) -> Result<ClientConfig> {
    static CONFIG: OnceLock<ClientConfig> = OnceLock::new();
    if let Some(path) = ca_file {
        return made(Some(authorities_of(path)?));
    }
    kept(&CONFIG, || made(None)).cloned()
}

/// Fills a place with bytes that nobody can guess, which differ in every process.
pub(crate) fn fill_random(bytes: &mut [u8]) -> std::result::Result<(), ()> {
    ring::default_provider().secure_random.fill(bytes).map_err(|_| ())
}

fn made(own: Option<RootCertStore>) -> Result<ClientConfig> {
    let broken = |cause: TlsError| Error::configuration("TLS cannot be set up").with_source(cause);
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(broken)?;
    let own = own.map(|roots| verifier_of(roots, &provider)).transpose().map_err(broken)?;
    let authorities = Arc::new(Authorities { provider, own, bundled: OnceLock::new(), system: OnceLock::new() });
    Ok(builder.dangerous().with_custom_certificate_verifier(authorities).with_no_client_auth())
}

/// Reads the certificates of a PEM file.
fn authorities_of(path: &Path) -> Result<RootCertStore> {
    let shown = path.display();
    let wrong = |why: &str| Error::configuration(format!("ca_file {shown} {why}"));
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<std::result::Result<Vec<_>, _>>)
        .map_err(|cause| wrong("cannot be read as PEM: give a file of certificates").with_source(cause))?;
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        roots
            .add(certificate)
            .map_err(|cause| wrong("holds something that is not a certificate of an authority").with_source(cause))?;
    }
    if roots.is_empty() { Err(wrong("holds no certificate")) } else { Ok(roots) }
}

fn verifier_of(
    roots: RootCertStore,
    provider: &Arc<CryptoProvider>,
) -> std::result::Result<Arc<WebPkiServerVerifier>, TlsError> {
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map_err(|cause| TlsError::General(cause.to_string()))
}

/// Who may vouch for a server; each is made when it is first asked.
#[derive(Debug)]
struct Authorities {
    provider: Arc<CryptoProvider>,
    own: Option<Arc<WebPkiServerVerifier>>,
    bundled: OnceLock<Arc<WebPkiServerVerifier>>,
    system: OnceLock<Verifier>,
}

const UNKNOWN: TlsError = TlsError::InvalidCertificate(CertificateError::UnknownIssuer);

impl Authorities {
    fn bundled(&self) -> std::result::Result<&Arc<WebPkiServerVerifier>, TlsError> {
        kept(&self.bundled, || {
            let roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            verifier_of(roots, &self.provider)
        })
    }

    fn system(&self) -> std::result::Result<&Verifier, TlsError> {
        // a failure is not kept: the store may be there at the next handshake
        kept(&self.system, || Verifier::new(Arc::clone(&self.provider)))
    }
}

/// Whether the user chose authorities for every program.
fn is_restricted() -> bool {
    ["SSL_CERT_FILE", "SSL_CERT_DIR"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

impl ServerCertVerifier for Authorities {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, TlsError> {
        let restricted = is_restricted();
        let bundled = if restricted { None } else { Some(self.bundled()?) };
        for verifier in self.own.iter().chain(bundled) {
            match verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
                // an authority that has the name of another, as after a change of its key, is as good as unknown
                Err(TlsError::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature)) => {
                }
                decided => return decided,
            }
        }
        match self.system() {
            Ok(system) => system.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            Err(unread) => Err(if restricted { unread } else { UNKNOWN }),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What a failed handshake means for the user, if the cause is one.
pub(crate) fn refusal(cause: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    use CertificateError::{
        Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext,
        UnknownIssuer,
    };
    Some(match tls_error(cause)? {
        TlsError::InvalidCertificate(why) => match why {
            UnknownIssuer => {
                "the certificate of the server is signed by no authority known here: give its authority as ca_file, or \
                 check base_url and proxy"
            }
            NotValidForName | NotValidForNameContext { .. } => {
                "the certificate of the server is for another host: check base_url and proxy"
            }
            Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. } => {
                "the certificate of the server is not valid today: check the clock of this machine, or have it renewed"
            }
            _ => "the certificate of the server is not valid: check base_url and proxy",
        },
        TlsError::InvalidMessage(_) => "the server does not speak TLS: check base_url and proxy",
        _ => "no TLS connection could be agreed on with the server: check base_url and proxy",
    })
}

/// The error of TLS among the causes of an error.
fn tls_error<'a>(cause: &'a (dyn std::error::Error + 'static)) -> Option<&'a TlsError> {
    let mut next = Some(cause);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // an I/O error that wraps another leaves it out of its sources
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = inner.map(|inner| inner as &(dyn std::error::Error + 'static)).or_else(|| error.source());
    }
    None
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

    use super::*;

    fn authority() -> CertifiedIssuer<'static, KeyPair> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    #[test]
    fn the_store_of_the_system_is_read_for_a_stranger_only() {
        let (ours, stranger) = (authority(), authority());
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(ours.der().clone()).unwrap();
        let own = Some(verifier_of(roots, &provider).unwrap());
        let authorities = Authorities { provider, own, bundled: OnceLock::new(), system: OnceLock::new() };
        let check = |issuer: &CertifiedIssuer<'static, KeyPair>, name: &'static str| {
            let key = KeyPair::generate().unwrap();
            let params = CertificateParams::new(vec!["*.twilio.com".to_owned()]).unwrap();
            let certificate = params.signed_by(&key, issuer).unwrap();
            let name = ServerName::try_from(name).unwrap();
            authorities.verify_server_cert(certificate.der(), &[], &name, &[], UnixTime::now())
        };
        assert!(check(&ours, "api.twilio.com").is_ok());
        assert!(check(&ours, "api.example.com").is_err());
        assert!(authorities.system.get().is_none(), "reading the store costs more than a send");
        let refused = check(&stranger, "api.twilio.com").unwrap_err();
        assert!(refusal(&refused).unwrap().contains("ca_file"), "{refused:?}");
    }
}
