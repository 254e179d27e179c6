"""What is counted, in Prometheus' own text format."""

from prometheus_client.parser import text_string_to_metric_families

from ui.asked import Asked, Asking
from ui.metrics import Metrics, Standing

ASKING = Asking("1", "page", "收费吗")
TIMES = {"waited": 40.0, "found": 120.0, "first": 130.0, "worded": 700.0, "total": 820.0}


def numbers(metrics: Metrics) -> dict[str, float]:
    """All samples but those of the process: `name{label=value}`, without zeros."""
    found = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sample.labels.items())
            if sample.name.startswith("policy_qa") and not sample.name.endswith("_created") and sample.value:
                found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def test_questions_are_counted_by_channel_outcome_and_type() -> None:
    metrics = Metrics()
    metrics.question(Asked(ASKING, "answered", TIMES))
    metrics.question(Asked(ASKING, "refused", {"total": 10.0}, refusal="无此条"))
    metrics.question(Asked(Asking("2", "api", "x"), "failed", {"total": 1.0}, error="ZeroDivisionError"))
    found = numbers(metrics)
    assert found["policy_qa_questions_total{channel=page,outcome=answered}"] == 1
    assert found["policy_qa_questions_total{channel=page,outcome=refused}"] == 1
    assert found["policy_qa_questions_total{channel=api,outcome=failed}"] == 1
    assert found["policy_qa_refusals_total{type=无此条}"] == 1
    assert found["policy_qa_question_seconds_count{channel=page}"] == 2
    assert round(found["policy_qa_question_seconds_sum{channel=page}"], 6) == 0.83
    assert found["policy_qa_question_seconds_bucket{channel=page,le=0.75}"] == 1
    assert found["policy_qa_question_seconds_bucket{channel=page,le=1.0}"] == 2
    assert {k: v for k, v in found.items() if k.startswith("policy_qa_stage_seconds_sum")} == {
        "policy_qa_stage_seconds_sum{stage=waited}": 0.04,
        "policy_qa_stage_seconds_sum{stage=found}": 0.12,
        "policy_qa_stage_seconds_sum{stage=first}": 0.13,
        "policy_qa_stage_seconds_sum{stage=worded}": 0.7,
    }


def test_failures_of_the_chat_model_are_counted_by_kind_without_what_to_do() -> None:
    metrics = Metrics()
    for failure in (
        "聊天模型超时",
        "聊天模型拒绝了密钥，请检查 POLICY_QA_LLM_API_KEY",
        "聊天模型" + "长" * 99,
    ):
        metrics.question(Asked(ASKING, "answered", TIMES, model_failure=failure))
    assert [k for k in numbers(metrics) if k.startswith("policy_qa_model")] == [
        "policy_qa_model_failures_total{kind=超时}",
        "policy_qa_model_failures_total{kind=拒绝了密钥}",
        f"policy_qa_model_failures_total{{kind={'长' * 20}}}",
    ]


def test_errors_builds_and_requests_are_counted() -> None:
    metrics = Metrics()
    metrics.error("ModelUnavailable")
    metrics.build("done")
    metrics.request("GET", "/", 200, 0.3)
    found = numbers(metrics)
    assert found["policy_qa_errors_total{kind=ModelUnavailable}"] == 1
    assert found["policy_qa_builds_total{outcome=done}"] == 1
    assert found["policy_qa_http_requests_total{method=GET,route=/,status=200}"] == 1
    assert found["policy_qa_http_request_seconds_bucket{le=0.5,route=/}"] == 1


def test_how_the_server_stands_is_looked_at_when_somebody_reads() -> None:
    now = [Standing("000001", "e5", 16, 637, 1714521600.0, running=2, waiting=7)]
    metrics = Metrics(lambda: now[0] if now else None)
    found = numbers(metrics)
    assert found == {
        "policy_qa_index_info{embedder=e5,revision=000001}": 1,
        "policy_qa_index_built_timestamp_seconds{}": 1714521600,
        "policy_qa_documents{}": 16,
        "policy_qa_articles{}": 637,
        "policy_qa_questions_running{}": 2,
        "policy_qa_questions_waiting{}": 7,
    }
    now[0] = Standing("000002", "e5", 17, 700, 1714521601.0)
    assert "policy_qa_index_info{embedder=e5,revision=000002}" in numbers(metrics)
    now.clear()
    assert numbers(metrics) == {}


def test_two_servers_count_for_themselves_and_the_process_is_seen() -> None:
    one, other = Metrics(), Metrics()
    one.build("done")
    assert (len(numbers(one)), len(numbers(other))) == (1, 0)
    assert "process_resident_memory_bytes " in other.text().decode()
