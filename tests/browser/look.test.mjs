// How every page looks and reads: axe's rules in light and dark, wide and at 320 pixels, in both languages;
// nothing sticks out sideways; a picture of each in target/shots.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { SHOTS, askForCode, codeFrom, openChromium, openDemo, openProfile, typePassword } from "./world.mjs";

let demo, browser, patient, others;
const seen = new Set();

before(async () => {
    demo = await openDemo();
    browser = await openChromium();
    const patients = demo.patients;
    patient = patients.find((one) => one.what === "email and text");
    others = patients.filter((one) => one !== patient);
});
after(async () => {
    await browser?.close();
    await demo?.close();
});

async function judge(page, name, { width }) {
    await page.evaluate(axe.source);
    // The demo's outbox shows a new message by itself, without scripts too, and may hold two alike.
    const aside = name.startsWith("outbox") ? ["meta-refresh", "landmark-unique"] : [];
    const rules = Object.fromEntries(aside.map((rule) => [rule, { enabled: false }]));
    const options = { resultTypes: ["violations"], rules };
    const { violations } = await page.evaluate((given) => globalThis.axe.run(document, given), options);
    const found = violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes.map((node) => node.html).join("\n  ")}`);
    await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
    assert.deepEqual(found, [], name);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${name} is ${wide} wide on ${width}`);
    if (!name.startsWith("outbox")) {
        const small = await page.evaluate(() =>
            [...document.querySelectorAll("button, .btn, input:not([type=hidden])")]
                .filter((element) => element.checkVisibility?.() && !element.closest("[aria-hidden=true]"))
                .map((element) => [element.closest("label") ?? element, element])
                .filter(([box]) => box.getBoundingClientRect().height < 43.5 && box.getBoundingClientRect().height > 1)
                .map(([, element]) => element.outerHTML.slice(0, 120)),
        );
        assert.deepEqual(small, [], `${name}: targets under 44 pixels`);
    }
}

for (const language of ["en", "es"]) {
    for (const dark of [false, true]) {
        for (const width of [1280, 320]) {
            const how = `${language}-${dark ? "dark" : "light"}-${width}`;
            test(`every page is sound (${how})`, async (t) => {
                const profile = await openProfile(browser, demo.origin, { language, dark, width });
                const { page } = profile;
                const shot = (name) => t.test(name, () => judge(page, `${name}-${how}`, { width }));
                try {
                    await page.goto("/login");
                    await shot("login");
                    await page.click("form#f button.go");
                    await page.waitForSelector(".error-summary");
                    await shot("login-error");
                    await page.goto("/faq");
                    await shot("faq");
                    await page.goto("/no-such-page");
                    await shot("error-404");
                    await page.goto("/login?said=idle");
                    await shot("login-idle");
                    await page.goto("/dev/outbox");
                    await shot("outbox");
                    for (const one of others) {
                        await typePassword(page, one);
                        await page.waitForURL("**/verify/choose");
                        await shot(`choose-${one.username}`);
                        await page.goto(`/login?lang=${language}`);
                    }
                    await askForCode(page, patient, width === 1280 ? "email" : "text");
                    const code = await codeFrom(demo.origin, seen);
                    await shot("code");
                    await page.goto("/verify/choose");
                    await shot("choose");
                    await page.goto("/verify/code?resend=1");
                    await shot("resend");
                    await page.goto("/verify/code");
                    await page.fill("input[name=code]", "x");
                    await page.click("form#f .btn.go");
                    await page.waitForSelector(".error-summary");
                    await shot("code-error");
                    await page.fill("input[name=code]", code);
                    await page.click("form#f .btn.go");
                    await page.waitForURL((url) => url.pathname === "/");
                    await shot("home");
                    await page.click("form[action='/logout'] button");
                    await page.waitForURL("**/login*");
                    await shot("login-signed-out");
                    const nobody = { username: `nobody.${how}`, password: "wrong" };
                    for (let tries = 0; tries < 6; tries += 1) await typePassword(page, nobody);
                    await shot("limit");
                    assert.deepEqual(profile.troubles, []);
                } finally {
                    await profile.close();
                }
            });
        }
    }
}
