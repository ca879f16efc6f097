// The program as anybody tries it, `vestibule demo`, and a real browser before it.
// All of it on 127.0.0.1; the demo and the browser end with the tests.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PROGRAM = process.env.VESTIBULE_TEST_PROGRAM ?? join(ROOT, "target/debug/vestibule");
export const SHOTS = join(ROOT, "target/shots");
mkdirSync(SHOTS, { recursive: true });

async function freePort() {
    const server = createServer();
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address();
    await new Promise((done) => server.close(done));
    return port;
}

/** Starts the demo in a folder of its own: `{ origin, patients, output, close }`. */
export async function openDemo() {
    const folder = mkdtempSync(join(tmpdir(), "vestibule-demo-"));
    const port = await freePort();
    const child = spawn(PROGRAM, ["demo", "--dir", join(folder, "demo"), "--listen", `127.0.0.1:${port}`], { cwd: folder });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    const ended = new Promise((done) => child.once("exit", done));
    // The name under which browsers keep our cookies on plain http, and the demo's public_url.
    const origin = `http://localhost:${port}`;
    for (let tries = 0; ; tries += 1) {
        const answer = await fetch(`${byAddress(origin)}/login`).catch(() => null);
        if (answer?.ok) break;
        if (tries === 300 || child.exitCode !== null) {
            child.kill();
            assert.fail(`the demo does not answer:\n${output}`);
        }
        await new Promise((done) => setTimeout(done, 50));
    }
    return {
        origin,
        patients: patientsIn(output),
        output: () => output,
        async close() {
            child.kill("SIGTERM");
            await ended;
            rmSync(folder, { recursive: true, force: true });
        },
    };
}

/** Node 18 takes localhost for ::1 alone, where nothing of ours listens. */
function byAddress(origin) {
    return origin.replace("//localhost:", "//127.0.0.1:");
}

/** What the demo printed of its made-up patients: `username  Name (what)`, and the one password of them all. */
function patientsIn(output) {
    const password = output.match(/password is: (.+)/)?.[1].trim();
    const lines = [...output.matchAll(/^ +([\w.]+) {2,}(\S.*) \((.+)\)$/gm)];
    assert.ok(password && lines.length > 0, `the demo prints its patients and their password:\n${output}`);
    return lines.map(([, username, name, what]) => ({ username, name, what, password }));
}

/** Debian's Chromium, silent towards everything but 127.0.0.1. */
export function openChromium() {
    return chromium.launch({
        executablePath: process.env.VESTIBULE_TEST_CHROMIUM ?? "/usr/bin/chromium",
        args: [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    });
}

/**
 * A fresh browser profile: `{ page, troubles, close }`. `troubles` gathers what must not happen on any page:
 * script errors, refused resources, requests to another host.
 */
export async function openProfile(browser, origin, { scripts = true, language = "en", width = 1280, dark = false } = {}) {
    const context = await browser.newContext({
        baseURL: origin,
        javaScriptEnabled: scripts,
        locale: language === "es" ? "es-US" : "en-US",
        viewport: { width, height: width < 600 ? 640 : 900 },
        colorScheme: dark ? "dark" : "light",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const troubles = [];
    page.on("pageerror", (error) => troubles.push(`script error: ${error}`));
    page.on("console", (message) => {
        // Chromium reports every 4xx answer as an error; those are pages here.
        if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) troubles.push(message.text());
    });
    page.on("request", (request) => {
        if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) troubles.push(`asks ${request.url()}`);
    });
    return { context, page, troubles, close: () => context.close() };
}

/** The newest code in the demo's outbox that `seen` does not hold yet; waits for it. */
export async function codeFrom(origin, seen) {
    for (let tries = 0; tries < 200; tries += 1) {
        const html = await (await fetch(`${byAddress(origin)}/dev/outbox`)).text();
        const codes = [...html.matchAll(/<dd class="line"><b>([A-Z0-9]{6})<\/b>/g)].map((match) => match[1].trim());
        const code = codes.find((candidate) => !seen.has(candidate));
        if (code) {
            seen.add(code);
            return code;
        }
        await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error("no code came");
}

export async function typePassword(page, patient, password = patient.password) {
    await page.goto("/login");
    await page.fill("input[name=username]", patient.username);
    await page.fill("input[name=password]", password);
    await page.click("form#f button.go");
}

/** Password, then this channel; ends on the code page. */
export async function askForCode(page, patient, channel) {
    await typePassword(page, patient);
    await page.waitForURL("**/verify/choose");
    await page.click(`button[name=channel][value=${channel}]`);
    await page.waitForURL("**/verify/code*");
}
