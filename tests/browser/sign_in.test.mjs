// The whole sign-in in a real browser: scripts on and off, both languages, by email and by text.
// Codes are read where the demo shows them, /dev/outbox.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { askForCode, codeFrom, openChromium, openDemo, openProfile, typePassword } from "./world.mjs";

// A patient gets ten codes a day, so no one of them takes part in every story.
let demo, browser, patient, byEmail, byText;
const seen = new Set();

before(async () => {
    demo = await openDemo();
    browser = await openChromium();
    patient = demo.patients.find((one) => one.what === "email and text");
    byEmail = demo.patients.find((one) => one.what === "email only");
    byText = demo.patients.find((one) => one.what === "text only");
    assert.ok(patient && byEmail && byText, `a patient with email and text:\n${demo.output()}`);
});
after(async () => {
    await browser?.close();
    await demo?.close();
});

async function withProfile(options, story) {
    const profile = await openProfile(browser, demo.origin, options);
    try {
        await story(profile.page, profile);
        assert.deepEqual(profile.troubles, []);
    } finally {
        await profile.close();
    }
}

const isHome = async (page) => {
    await page.waitForURL((url) => url.pathname === "/");
    assert.equal(await page.locator("form[action='/logout']").count(), 1);
};

for (const language of ["en", "es"]) {
    for (const scripts of [true, false]) {
        const how = `${language}, scripts ${scripts ? "on" : "off"}`;

        test(`a patient signs in by email, stays, and signs out (${how})`, () =>
            withProfile({ language, scripts }, async (page) => {
                await page.goto("/login");
                assert.equal(await page.getAttribute("html", "lang"), language);
                await askForCode(page, patient, "email");
                const code = await codeFrom(demo.origin, seen);
                await page.fill("input[name=code]", code.toLowerCase());
                await page.click("form#f .btn.go");
                await isHome(page);
                await page.click("form[action='/stay'] button");
                await isHome(page);
                await page.click("form[action='/logout'] button");
                await page.waitForURL("**/login*");
                assert.ok((await page.textContent("[role=status]")).length > 0, "says that it is over");
                await page.goBack();
                assert.equal(await page.locator("form[action='/logout']").count(), 0, "Back shows nothing private");
            }));

        test(`a patient signs in by text and skips the step next time (${how})`, () =>
            withProfile({ language, scripts }, async (page) => {
                await askForCode(page, patient, "text");
                assert.equal(await page.getAttribute("input[name=code]", "inputmode"), "numeric");
                assert.equal(await page.isChecked("input[name=skip]"), false);
                await page.check("input[name=skip]");
                await page.fill("input[name=code]", await codeFrom(demo.origin, seen));
                await page.click("form#f .btn.go");
                await isHome(page);
                await page.click("form[action='/logout'] button");
                await page.waitForURL("**/login*");
                await typePassword(page, patient);
                await isHome(page);
            }));

        test(`a mistake is said at the top, with a link to the field (${how})`, () =>
            withProfile({ language, scripts }, async (page) => {
                await typePassword(page, patient, "not the password");
                const summary = page.locator(".error-summary");
                await summary.waitFor();
                assert.equal(await page.inputValue("input[name=username]"), patient.username);
                assert.equal(await page.inputValue("input[name=password]"), "");
                if (scripts) assert.ok(await summary.evaluate((element) => element === document.activeElement), "it has the focus");
                await summary.locator("a").first().click();
                assert.match(page.url(), /#username$/);
            }));

        test(`the language button keeps what was typed, and Enter never switches (${how})`, () =>
            withProfile({ language, scripts }, async (page) => {
                const other = language === "en" ? "es" : "en";
                await page.goto("/login");
                await page.fill("input[name=username]", "somebody");
                await page.click("button[name=lang]");
                await page.waitForSelector(`html[lang=${other}]`);
                assert.equal(await page.inputValue("input[name=username]"), "somebody");
                await page.press("input[name=username]", "Enter");
                await page.waitForSelector(".error-summary");
                assert.equal(await page.getAttribute("html", "lang"), other);
            }));
    }
}

test("the built-in check is solved by the page's own script and sends another code", () =>
    withProfile({}, async (page) => {
        await askForCode(page, byEmail, "email");
        await codeFrom(demo.origin, seen);
        await page.click("a[href='/verify/code?resend=1']");
        await page.check("input[name=not_a_robot]");
        await page.waitForFunction(() => document.querySelector("input[name=altcha]")?.value, null, { timeout: 60_000 });
        // The gap between two codes; the button stays there and says when it opens.
        await page.waitForTimeout(31_000);
        await page.click("form[action='/verify/resend'] button");
        await page.waitForSelector("[role=status]");
        const code = await codeFrom(demo.origin, seen);
        await page.fill("input[name=code]", code);
        await page.click("form#f .btn.go");
        await isHome(page);
    }));

test("the show-password button has a state, and goes back to hidden when the form is sent", () =>
    withProfile({}, async (page) => {
        await page.goto("/login");
        const show = page.locator("button[aria-controls=password]");
        await page.fill("input[name=password]", "visible?");
        await show.click();
        assert.equal(await show.getAttribute("aria-pressed"), "true");
        assert.equal(await page.getAttribute("input[name=password]", "type"), "text");
        await show.click();
        assert.equal(await page.getAttribute("input[name=password]", "type"), "password");
    }));

test("without scripts there is no show-password button to press in vain", () =>
    withProfile({ scripts: false }, async (page) => {
        await page.goto("/login");
        assert.equal(await page.isVisible("button[aria-controls=password]"), false);
    }));

test("a whole pasted message is one code", () =>
    withProfile({}, async (page) => {
        await askForCode(page, byText, "text");
        const code = await codeFrom(demo.origin, seen);
        await page.fill("input[name=code]", `MyChart: ${code} is your code. @127.0.0.1 #${code}`);
        await page.click("form#f .btn.go");
        await isHome(page);
    }));

test("the demo's outbox offers to copy the code", () =>
    withProfile({}, async (page) => {
        await askForCode(page, byText, "text");
        await codeFrom(demo.origin, seen);
        await page.goto("/dev/outbox");
        const copy = page.locator("button.copy").first();
        const done = await copy.getAttribute("data-done");
        await copy.click();
        assert.equal(await copy.textContent(), done);
    }));
