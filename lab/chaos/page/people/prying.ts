/** Somebody who has the ids of another person's conversations, and gets nothing by them. */
import { randomUUID } from 'node:crypto';
import type { SentMessage } from '../book.ts';
import type { Scene } from './scene.ts';

export async function pry(scene: Scene): Promise<void> {
  const { book, window, random } = scene;
  const theirs = random.pick(
    book.messages.filter(({ person, outcome }) => person !== window.person && outcome === 'taken'),
  );
  const own = random.pick(
    book.messages.filter(({ person, outcome }) => person === window.person && outcome === 'taken'),
  );
  if (!theirs) return;
  const [method, path, body] = random.pick(triesAt(theirs, own));
  const { status, text } = await window.ask(method, path, body);
  // Nothing there, or a rule of the form that is the same for everybody.
  if (status !== 404)
    book.blame('LEAKED', `${method} ${path} of ${theirs.person} gave ${window.person} ${status}: ${text}`);
}

type Try = [method: string, path: string, body?: object];

function triesAt({ conversation, line, id }: SentMessage, own: SentMessage | undefined): Try[] {
  const at = `/api/conversations/${conversation}`;
  const asBranch = `?branch=${line}`;
  const message = { id: randomUUID(), text: 'Let me in.', attachments: [] };
  return [
    ['GET', at],
    ['GET', at + asBranch],
    ['GET', `${at}/turns/${id}/events${asBranch}`],
    ['GET', `${at}/export?as=json`],
    ['POST', `${at}/messages${asBranch}`, message],
    ['POST', `${at}/turns/${id}/edit${asBranch}`, message],
    ['POST', `${at}/turns/${id}/regenerate${asBranch}`, { id: message.id }],
    ['POST', `${at}/turns/${id}/stop${asBranch}`, {}],
    ['POST', `${at}/share${asBranch}`, {}],
    ['PUT', `${at}/shown`, { branch: line }],
    ['PATCH', at, { title: 'Mine' }],
    ['DELETE', at],
    ['DELETE', `${at}/turns/${id}${asBranch}`],
    ...(own && line !== conversation
      ? ([
          ['GET', `/api/conversations/${own.conversation}${asBranch}`],
          ['PUT', `/api/conversations/${own.conversation}/shown`, { branch: line }],
        ] satisfies Try[])
      : []),
  ];
}
