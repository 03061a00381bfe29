"""The list of what clients asked in vain."""

from sandbox.observed.unknown import UnknownQuestions


def test_questions_are_counted_by_sort_and_the_oldest_sorts_go():
    """One entry for each sort, with who asked last; never more than a thousand."""
    unknown = UnknownQuestions()
    for device in (1, 2):
        unknown.add("w:odd", "get", ("what",), "s.whatsapp.net", ("491700000001", device))
    (sort,) = unknown.all()
    assert (sort.namespace, sort.tags, sort.times, sort.number, sort.device) == (
        "w:odd", ("what",), 2, "491700000001", 2,
    )  # fmt: skip
    for place in range(1000):
        unknown.add("w:odd", "set", (str(place),), "", None)
    assert len(unknown.all()) == 1000
    assert sort not in unknown.all()
