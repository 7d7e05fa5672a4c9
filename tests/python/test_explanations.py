"""Each usual mistake is told from the others, as in every language, and an explanation accepts nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ringback

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "explanations.json").read_text(encoding="utf-8"))
CASES = VECTORS["explained"]


def explain(case: dict[str, Any]) -> Any:
    signer = ringback.RequestValidator(case.get("sign_by", "12345"))
    genuine = signer.compute_signature(case["signed"]["url"], case["signed"]["params"], case.get("sign_with"))
    signature = case.get("signature", case.get("quote", "%s").replace("%s", genuine))
    params = case["params"] if "params" in case else case["body"].encode()
    validator = ringback.RequestValidator("12345")
    return validator.explain(case["url"], params, signature, headers=case.get("headers"))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_each_mistake_is_told_from_the_others(case: dict[str, Any]) -> None:
    explanation = explain(case)
    assert explanation.kinds == case["kinds"], str(explanation)
    assert [reason.kind for reason in explanation.reasons] == case["kinds"]
    for reason in explanation.reasons:
        assert reason.problem
        assert reason.remedy
        likely = {"secret_shape", "unexplained"} | ({"body_missing"} if len(case["kinds"]) > 1 else set())
        assert reason.is_proven is (reason.kind not in likely)


def test_an_explanation_has_no_truth_value() -> None:
    for case in CASES[:2]:
        with pytest.raises(TypeError, match="validate"):
            bool(explain(case))


def test_what_a_request_came_with_is_given_in_every_shape() -> None:
    validator = ringback.RequestValidator("12345")
    signature = validator.compute_signature("https://a.com/", {"A": "1"}, "HMAC_SHA256")
    name = "X-Twilio-Webhooks-Signature-Settings"
    for headers in (
        {name: "algorithm=HMAC_SHA256", "X-Twilio-Signature": signature},
        [(name.encode().lower(), b"algorithm=HMAC_SHA256"), (b"x-twilio-signature", signature.encode())],
    ):
        assert validator.explain("https://a.com/", {"A": "1"}, None, headers=headers).kinds == []
    assert validator.explain("https://a.com/", {"A": "1"}, signature, algorithm="hmac_sha256").kinds == []
    assert validator.explain("https://a.com/", {"A": "1"}, signature, settings="algorithm=HMAC_SHA256").kinds == []
    assert validator.explain("https://a.com/", {"A": "1"}, signature).kinds == ["algorithm_mismatch"]
    assert validator.explain("https://a.com/", {"A": "1"}, signature, algorithm="MD5").kinds == ["algorithm_unknown"]
    assert "12345" not in str(validator.explain("https://b.com/", {}, signature))
