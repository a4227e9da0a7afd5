/** People who signed in, and may not any more. */
import { expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import { startCertifiedIssuer } from '../../../harness/sign-in/certified-issuer.ts';
import { signIn } from '../../../harness/sign-in/signing-in.ts';
import { startParley } from '../../../harness/web.ts';

const ADA = { name: 'Ada', email: 'ada@example.com', email_verified: true };

it('lets nobody go on at an open page as a person whom no rule names any more, but as anybody', async () => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  await using issuer = await startCertifiedIssuer({
    publicUrl,
    people: { ada: ADA },
    method: 'client_secret_post',
  });
  const env = { ...issuer.settings(publicUrl), PORT: String(port), WEB_OPEN: 'on' };
  const before = await startParley({ ...env, SIGN_IN_ALLOWED: '@example.com' });
  const browser = before.browser();
  issuer.person = 'ada';
  expect((await signIn(browser)).response.status).toBe(303);
  const conversation = await browser.newConversation();
  expect((await browser.state()).account).toMatchObject({ name: 'Ada' });
  await before.app.stop();

  await using after = await startParley({ ...env, SIGN_IN_ALLOWED: '@other.example' }, before.folder);
  expect(after.app.url).toBe(before.app.url);
  expect(await browser.state()).toMatchObject({ account: null, conversations: [] });
  expect((await browser.fetch(`/api/conversations/${conversation}`)).status).toBe(404);
  expect((await browser.fetch('/api/account/export', { method: 'POST' })).status).toBe(404);
  expect(await browser.newConversation()).not.toBe(conversation);
});

it('lets nobody go on as a person of an issuer that was replaced, whatever that one said of them', async () => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  await using issuer = await startCertifiedIssuer({
    publicUrl,
    people: { ada: ADA },
    method: 'client_secret_post',
  });
  const env = {
    ...issuer.settings(publicUrl),
    PORT: String(port),
    SIGN_IN_ALLOWED: '@example.com',
    OPERATORS: ADA.email,
  };
  const before = await startParley(env);
  const browser = before.browser();
  issuer.person = 'ada';
  expect((await signIn(browser)).response.status).toBe(303);
  expect((await browser.state()).account).toMatchObject({ isOperator: true });
  await before.app.stop();

  const replaced = await startParley({ ...env, OIDC_ISSUER: `${issuer.url}/other` }, before.folder);
  expect((await browser.fetch('/api/state')).status).toBe(401);
  await replaced.app.stop();

  await using again = await startParley(env, before.folder);
  expect(again.app.url).toBe(before.app.url);
  expect((await browser.state()).account).toMatchObject({ isOperator: true });
});
