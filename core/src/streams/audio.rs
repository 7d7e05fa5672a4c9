//! The audio of a call: µ-law of ITU-T G.711 at 8,000 samples a second, a byte a sample.

use audio_codec_algorithms::{decode_ulaw, encode_ulaw};

/// The bytes of 20 ms, as Twilio sends them in one message.
pub const FRAME: usize = 160;

/// The sample of silence.
pub const MULAW_SILENCE: u8 = 0xff;

/// The samples of µ-law as linear 16-bit PCM.
pub fn decode_mulaw(mulaw: &[u8]) -> Vec<i16> {
    mulaw.iter().map(|sample| decode_ulaw(*sample)).collect()
}

/// Linear 16-bit PCM at 8,000 samples a second as µ-law: each sample becomes the step that it lies in.
pub fn encode_mulaw(pcm: &[i16]) -> Vec<u8> {
    pcm.iter().map(|sample| encode_ulaw(*sample)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What G.711 says of a sample: its sign, its chord and its step within the chord, all bits inverted.
    fn defined(mulaw: u8) -> i32 {
        let bits = !mulaw;
        let (chord, step) = (i32::from(bits >> 4 & 7), i32::from(bits & 15));
        let magnitude = (((step << 1) + 33) << chord) - 33;
        // G.711 counts in 14 bits
        4 * if bits & 0x80 == 0 { magnitude } else { -magnitude }
    }

    #[test]
    fn every_sample_is_decoded_as_the_standard_defines_it() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        let expected: Vec<i32> = all.iter().map(|sample| defined(*sample)).collect();
        assert_eq!(decode_mulaw(&all).into_iter().map(i32::from).collect::<Vec<_>>(), expected);
        assert_eq!((expected[0], expected[0x80], expected[0xff]), (-32124, 32124, 0));
        assert_eq!(decode_mulaw(&[MULAW_SILENCE]), [0]);
    }

    #[test]
    fn every_sample_is_encoded_as_the_step_that_the_standard_says() {
        let all: Vec<i16> = (i16::MIN..=i16::MAX).collect();
        for (sample, encoded) in all.iter().zip(encode_mulaw(&all)) {
            let (sample, bits) = (i32::from(*sample), !encoded);
            assert_eq!(bits & 0x80 != 0, sample < 0, "{sample} became {encoded:#x}");
            // a step reaches half its width from its middle; the last one takes all that is louder
            let (middle, half) = (defined(encoded).abs(), 4 << (bits >> 4 & 7));
            let reaches = middle - half..=if bits & 0x7f == 0x7f { i32::MAX } else { middle + half };
            assert!(reaches.contains(&sample.abs()), "{sample} became {encoded:#x}");
        }
    }

    #[test]
    fn what_was_decoded_is_encoded_to_the_same_sound() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        let again = encode_mulaw(&decode_mulaw(&all));
        // there are two ways to write silence
        assert!(all.iter().zip(&again).all(|(before, after)| before == after || (*before, *after) == (0x7f, 0xff)));
    }
}
