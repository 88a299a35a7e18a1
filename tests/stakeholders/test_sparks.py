from crm.stakeholders import sparks


def test_weeks_with_contact_are_bars_and_the_others_dashes():
    bars, dashes = sparks.paths([0, 2, 4])
    assert bars.count("M") == 2
    assert dashes.count("M") == 1
    assert "v-22.0" in bars  # the fullest week fills the height
    assert "v-11.0" in bars


def test_nothing_at_all():
    assert sparks.paths([]) == ("", "")
    assert sparks.paths([0] * 12)[0] == ""
