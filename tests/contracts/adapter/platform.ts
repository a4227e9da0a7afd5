/** A platform as the contract sees it: people who write, press and read, and a Parley that can be killed. */
import type { ModelServer } from '../../../lab/counterparts/model-server.ts';

export interface PlatformUnderTest {
  name: string;
  /** Most characters of one message's text. */
  messageCharacters: number;
  /** Abilities that the platform does not have, each with the reason. Cases that need one are skipped and say so. */
  lacks?: Partial<Record<Ability, string>>;
  start(options?: StartOptions): Promise<Platform>;
}

export type Ability =
  | 'bots'
  | 'direct messages'
  | 'threads'
  | 'edits'
  | 'other readers'
  | 'Stop for all'
  | 'moderators'
  | 'pings'
  | 'several messages'
  | 'older buttons'
  | 'missed messages';

export interface StartOptions {
  /** Parley as a process of its own, which can be killed. Default: Parley in this process. */
  isProgram?: boolean;
  env?: Record<string, string>;
}

export interface Platform extends AsyncDisposable {
  model: ModelServer;
  /** The person of this name, always the same one. */
  person(name: string, role?: 'moderator'): Person;
  /** Another bot, whose messages reach Parley as those of people do. */
  bot(name: string): Pick<Person, 'asks'>;
  /** A new place where people call Parley in each message. */
  channel(): Place;
  /** A new place with one lane: its messages are answered one after the other. */
  lane(): Place;
  /** A new thread, in which Parley reads all messages once it was called. */
  thread(): Place;
  /** The direct messages between a person and Parley. */
  direct(person: Person): Place;
  /** Parley's messages there that can be seen now, in the order of the place. */
  shown(place: Place): Promise<Shown[]>;
  /** The pictures and files of Parley's messages there that can be seen now. */
  files(place: Place): Promise<ShownFile[]>;
  /** Whom Parley's messages notified so far. */
  pings(): readonly unknown[];
  /** A text that notifies everyone there is, if the platform takes it as it stands, with this word in it. */
  alarm(word: string): string;
  /** Text that calls Parley, as people write it. */
  calls(question: string): string;
  /** Each message and edit in `task` reaches Parley twice. */
  twice(task: () => void): void;
  /** An admin changes a setting of the tenant. */
  set(setting: 'persona', value: string, person: Person, place: Place): Promise<void>;
  /** The place is deleted, with all that is in it. */
  removes(place: Place): Promise<void>;
  /** A message of Parley's is deleted by somebody else. */
  removesMessage(message: Shown): void;
  /** SIGKILL. Only with `isProgram`. */
  kill(): Promise<void>;
  /** On the store that there is; resolves once it is ready. Only after `kill`. */
  startAgain(): Promise<void>;
  /** Parley's store takes nothing until `task` has ended. */
  storeAway(task: () => Promise<void>): Promise<void>;
}

export interface ShownFile {
  name: string;
  /** Its content in words. */
  alt: string;
  /** Bytes. */
  size: number;
}

export interface Place {
  /** Known to the platform alone. */
  id: string;
  /** The message that all answers there hang on, in place of their question. */
  root?: string;
}

export interface Person {
  name: string;
  /** Calls Parley with this question. Returns the message's id. */
  asks(
    place: Place,
    question: string,
    options?: { files?: { name: string; data: string | Uint8Array<ArrayBuffer> }[] },
  ): string;
  /** Writes without calling Parley. */
  says(place: Place, text: string): string;
  /** Changes a question of their own. */
  edits(message: string, question: string, place: Place): void;
  deletes(message: string, place: Place): void;
  /** Resolves when the platform took the press. */
  presses(message: Shown, button: Button): Promise<void>;
  /** Sentences that this person alone was told so far. */
  told(): Promise<string[]>;
}

export type Button = 'Stop' | 'Regenerate' | 'Continue' | 'Delete';

export interface Shown {
  id: string;
  place: Place;
  /** The text without Parley's notices. */
  text: string;
  /** Parley's own sentences below it. */
  notice: string;
  buttons: string[];
  /** The message that it answers, where the platform shows that. */
  answers: string | undefined;
  /** Whether it looks as if it was still being written. */
  isLive: boolean;
}
