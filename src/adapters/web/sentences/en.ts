/**
 * The sentences of the page in English, by topic, in two halves: only the first one is sent to the browser. Sentences
 * that Discord and Slack say too stand in core's catalogue. Another language is another pair of such values.
 */
import * as access from './en/access.ts';
import * as account from './en/account.ts';
import * as accountPage from './en/account-page.ts';
import * as administration from './en/administration.ts';
import * as branches from './en/branches.ts';
import * as choosing from './en/choosing.ts';
import * as composer from './en/composer.ts';
import * as conversation from './en/conversation.ts';
import * as dictating from './en/dictating.ts';
import * as dms from './en/dms.ts';
import * as exporting from './en/export.ts';
import * as importing from './en/importing.ts';
import * as markdown from './en/markdown.ts';
import * as notifying from './en/notifying.ts';
import * as operator from './en/operator.ts';
import * as palette from './en/palette.ts';
import * as panel from './en/panel.ts';
import * as personas from './en/personas.ts';
import * as problems from './en/problems.ts';
import * as refusals from './en/refusals.ts';
import * as searching from './en/searching.ts';
import * as settings from './en/settings.ts';
import * as sharing from './en/sharing.ts';
import * as shortcuts from './en/shortcuts.ts';
import * as signIn from './en/sign-in.ts';
import * as unread from './en/unread.ts';
import * as words from './en/words.ts';

/** Said by the page's script. */
export const onPage = {
  account: accountPage,
  branches,
  choosing,
  composer,
  dictating,
  conversation,
  dms,
  exporting,
  importing,
  markdown,
  notifying,
  palette,
  panel,
  personas,
  problems,
  searching,
  settings,
  sharing,
  shortcuts,
  unread,
};

/** Said by the server: to the page, to a browser without access, and to the operator. `words` stand in core's sentences. */
export const fromServer = { access, account, admin: administration, operator, refusals, signIn, words };
