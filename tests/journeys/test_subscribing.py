"""The public subscribes, confirms, chooses and stops, on a phone and without script; the mail is read from the local outbox."""

import re
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.checks import PHONE, look, small_targets

NAME = "Kabar Percobaan"


@pytest.fixture
def bulletin(visit):
    """A public bulletin, made by the manager through the page; gives the path of its sign-up page."""
    manager = visit("ratna")
    page = manager.go("/bulletins")
    if page.locator("a.m-name", has_text=NAME).count():
        page.locator("a.m-name", has_text=NAME).first.click()
    else:
        manager.go("/bulletins/new")
        look(page)
        page.fill("[name=name]", NAME)
        page.fill("[name=description]", "Kuota antrean, syarat, dan jadwal layanan akhir pekan.")
        page.locator("main form.m-form button.btn-primary").click()
    page.wait_for_url(re.compile(r"/bulletins/\d+$"))
    look(page)
    assert page.locator("img.m-qr").evaluate("image => image.naturalWidth") > 0
    return urlsplit(page.locator("main a[href*='/subscribe/']").first.get_attribute("href")).path


def mail_to(visit, address, *, more_than=0):
    """The links in the newest mail to an address, as the administrator finds it in the local outbox."""
    admin = visit("daniel")
    for _try in range(60):
        page = admin.go("/settings/mail/outbox")
        rows = page.locator("main tr", has_text=address)
        if rows.count() > more_than:
            rows.first.locator("a").first.click()
            page.wait_for_load_state()
            return re.findall(r"https?://[^\s<>\"]+", page.locator("main").inner_text())
        time.sleep(0.5)
    raise AssertionError(f"no mail to {address} arrived")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_stranger_subscribes_confirms_chooses_and_stops(visit, bulletin, script):
    address = f"percobaan-{'dengan' if script else 'tanpa'}-skrip@contoh.example"
    stranger = visit(None, phone=True, script=script)
    page = stranger.go(bulletin)
    assert not page.context.cookies()
    if script:
        look(page, widths=(PHONE,))
        assert not small_targets(page)
    page.wait_for_timeout(3200)  # nobody fills in a form sooner
    stranger.hand.reset()
    page.get_by_role("textbox", name="Alamat surel").fill(address)
    page.locator("label.pick", has_text="hanya untuk mengirim buletin").click()
    page.get_by_role("button", name="Berlangganan").click()
    expect(page.locator("h1")).to_have_text("Satu langkah lagi: periksa surel Anda")
    assert stranger.hand.clicks <= 2, stranger.hand.presses
    assert address not in page.content()

    (link, *_rest) = [each for each in mail_to(visit, address) if "/confirm/" in each]
    page.goto(link)
    expect(page.locator("h1")).to_have_text("Konfirmasi langganan buletin")
    if script:
        look(page)
    page.get_by_role("button", name="Konfirmasi langganan").click()
    expect(page.locator("h1")).to_have_text("Terima kasih, langganan Anda sudah aktif")
    if script:
        look(page)
    own = page.get_by_role("link", name=re.compile("Pilih buletin atau berhenti")).evaluate("link => link.href")
    answer = page.goto(link)
    assert answer.status == 410
    expect(page.locator("h1")).to_have_text("Tautan ini sudah berakhir")

    page.goto(own)
    expect(page.locator("h1")).to_have_text("Atur langganan atau berhenti")
    if script:
        look(page)
        assert not small_targets(page)
    page.locator("label.pick", has_text="English").click()
    page.get_by_role("button", name="Simpan pilihan").click()
    expect(page.get_by_role("status")).to_contain_text("Tersimpan")
    expect(page.get_by_label("English", exact=True)).to_be_checked()

    preferences = page.url.partition("?")[0]
    page.goto(f"{preferences}/stop")
    expect(page.locator("h1")).to_contain_text(f"Unsubscribe from {NAME}?")  # in the language that was chosen for the mail
    if script:
        look(page)
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.locator("h1")).to_contain_text(f"You get no further issue of {NAME}")
    page.goto(preferences)
    expect(page.locator("input[name=on]")).not_to_be_checked()
    assert not page.context.cookies()


def test_the_form_in_a_frame_of_another_site_leads_to_the_same_mail(visit, bulletin, product):
    stranger = visit(None)
    page = stranger.page
    page.goto(product.base + bulletin.replace("/subscribe/", "/widget/"))
    look(page, widths=(PHONE,))
    page.wait_for_timeout(3200)
    page.get_by_role("textbox", name="Alamat surel").fill("percobaan-bingkai@contoh.example")
    page.locator("label.pick").click()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Berlangganan").click()
    expect(opened.value.locator("h1")).to_have_text("Satu langkah lagi: periksa surel Anda")
    assert [each for each in mail_to(visit, "percobaan-bingkai@contoh.example") if "/confirm/" in each]


def test_a_colleague_enters_a_paper_form_and_looks_at_the_receipt(visit, bulletin):
    officer = visit("suparmi")
    page = officer.go("/bulletins")
    page.locator("a.m-name", has_text=NAME).first.click()
    page.get_by_role("link", name="Pelanggan").first.click()
    look(page)
    page.get_by_role("link", name="Tambah pelanggan").click()
    look(page)
    address = f"kertas-{int(time.time())}@contoh.example"
    page.fill("[name=email]", address)
    page.select_option("[name=basis]", "consent")
    page.select_option("[name=channel]", "paper")
    page.fill("[name=given_on]", "2026-01-05")
    page.fill("[name=wording]", "Saya setuju dikirimi buletin.")
    page.fill("[name=wording_version]", "BL-2")
    page.fill("[name=evidence]", "map Langganan, lembar 14")
    page.locator("main form.m-form button.btn-primary").click()
    page.wait_for_url(re.compile(r"/bulletins/subscriptions/\d+$"))
    expect(page.locator("h1")).to_have_text(address)
    expect(page.locator(".m-receipt")).to_contain_text("Saya setuju dikirimi buletin.")
    look(page)
