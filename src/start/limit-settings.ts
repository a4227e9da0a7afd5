/** The operator's limits of messages and of money, in the environment. */
import { count, dollars, timeZone } from '../config-fields.ts';

export const limitSettings = {
  PERSON_PER_MINUTE: count(
    20,
    'messages',
    'Messages of one person that Parley answers in a minute, Regenerate, Continue and TL;DR included; Parley tells people who send more when to come again. On the open page on loopback, this limit and the next two are off unless you set them to another value',
  ),
  PERSON_AT_ONCE: count(
    4,
    'answers',
    'Answers to one person at the same time, in each process; more wait their turn, and none is lost',
  ),
  TENANT_AT_ONCE: count(
    50,
    'answers',
    'Answers in one server, workspace or session of the page at the same time, in each process; more wait their turn',
  ),
  SPEND_DAY: dollars(
    'Dollars that all people together may spend of the money of OPENAI_API_KEY in a day; 0: nothing; empty: no limit. Servers with a key of their own do not count, here and in the next four',
  ),
  SPEND_MONTH: dollars('The same for a calendar month'),
  TENANT_DAY: dollars(
    'Dollars of the same money that each server, workspace, or session of the page may spend in a day',
  ),
  TENANT_MONTH: dollars('The same for a calendar month'),
  PERSON_DAY: dollars(
    'Dollars of the same money that each person may spend in a day, in all servers and direct messages of their platform together',
  ),
  TIME_ZONE: timeZone(
    'UTC',
    'The time zone of those days and months, such as `Europe/Berlin`. A server or workspace can choose another one for its own limits',
  ),
};
