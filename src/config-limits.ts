/** The operator's spending limits in the environment. */
import { dollars, timeZone } from './config-fields.ts';

export const limitSettings = {
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
