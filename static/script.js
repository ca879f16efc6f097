// Makes a few things nicer; every page works without it. Its words come from data- attributes of the page.
'use strict';
(function () {
  var byId = function (id) { return document.getElementById(id); };

  // A page brought back by Back may show what is no longer true, or no longer this person's.
  addEventListener('pageshow', function (event) {
    if (event.persisted) location.reload();
  });

  // Show password: a pressed state, and hidden again before the form goes.
  document.querySelectorAll('.show').forEach(function (button) {
    var field = byId(button.getAttribute('aria-controls'));
    var show = function (on) {
      field.type = on ? 'text' : 'password';
      button.setAttribute('aria-pressed', String(on));
    };
    button.hidden = false;
    button.addEventListener('click', function () { show(field.type === 'password'); });
    field.form.addEventListener('submit', function () { show(false); });
  });

  // A code that arrives by text on this phone is filled in, never sent: the box below it is still to be read.
  var code = byId('code');
  if (code && window.OTPCredential && window.AbortController) {
    var stop = new AbortController();
    code.form.addEventListener('submit', function () { stop.abort(); });
    navigator.credentials.get({ otp: { transport: ['sms'] }, signal: stop.signal }).then(function (otp) {
      if (otp && !code.value) code.value = otp.code;
    }, function () {});
  }

  // The demo's outbox: copy a code. By selection, for our Permissions-Policy keeps the clipboard's own way shut.
  document.querySelectorAll('[data-done].copy').forEach(function (button) {
    button.hidden = false;
    button.addEventListener('click', function () {
      getSelection().selectAllChildren(button.previousElementSibling);
      if (document.execCommand('copy')) button.textContent = button.dataset.done;
    });
  });

  // "I'm not a robot": ALTCHA's proof of work (version 2, PBKDF2), off the main thread, by WebCrypto.
  var box = byId('not_a_robot');
  if (!box || !box.dataset.challenge) return;
  var form = box.form, progress = byId('progress'), run = 0, pressed = false;

  var bytes = function (hex) {
    return new Uint8Array((hex.match(/../g) || []).map(function (pair) { return parseInt(pair, 16); }));
  };
  var hex = function (buffer) {
    return Array.from(new Uint8Array(buffer), function (byte) { return ('0' + byte.toString(16)).slice(-2); }).join('');
  };
  var key = async function (task, counter) {
    var nonce = bytes(task.nonce), password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    new DataView(password.buffer).setUint32(nonce.length, counter);
    var material = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    var how = { name: 'PBKDF2', hash: task.algorithm.split('/')[1], salt: bytes(task.salt), iterations: task.cost };
    return hex(await crypto.subtle.deriveBits(how, material, task.keyLength * 8));
  };
  // Several at a time, so that idle cores help; `mine` ends it when the box was unticked meanwhile.
  var solve = async function (task, mine) {
    var started = Date.now(), prefix = task.keyPrefix.toLowerCase();
    for (var first = 0; run === mine; first += 8) {
      var keys = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(function (step) { return key(task, first + step); }));
      var hit = keys.findIndex(function (found) { return found.startsWith(prefix); });
      if (hit >= 0) return { counter: first + hit, derivedKey: keys[hit], time: Date.now() - started };
    }
  };
  var say = function (words, state) {
    progress.textContent = words || '';
    box.dataset.state = state || '';
  };
  var drop = function () {
    var old = form.querySelector('[name=altcha]');
    if (old) old.remove();
  };

  box.addEventListener('change', async function () {
    var mine = ++run;
    drop();
    say();
    if (!box.checked) return;
    try {
      var challenge = JSON.parse(box.dataset.challenge), task = challenge.parameters;
      if (task.expiresAt && task.expiresAt * 1000 < Date.now()) {
        box.checked = false;
        return say(box.dataset.late);
      }
      say(box.dataset.busy, 'busy');
      var solution = await solve(task, mine);
      if (run !== mine) return;
      var answer = document.createElement('input');
      answer.type = 'hidden';
      answer.name = 'altcha';
      answer.value = btoa(JSON.stringify({ challenge: challenge, solution: solution }));
      form.appendChild(answer);
      say(box.dataset.done);
      if (pressed) form.requestSubmit ? form.requestSubmit() : form.submit();
    } catch (fault) {
      if (run !== mine) return;
      pressed = false;
      box.checked = false;
      say(box.dataset.cannot);
    }
  });
  // Resend pressed while the check still runs: the press counts when the check is done.
  form.addEventListener('submit', function (event) {
    if (box.dataset.state !== 'busy') return;
    event.preventDefault();
    pressed = true;
  });
})();
