/** German names and descriptions of the commands and of their options. */

export const about = {
  name: 'info',
  description: 'Welches Modell hier antwortet, wer bezahlt, was wie lange gespeichert wird',
};

export const ask = {
  name: 'fragen',
  description: 'Stelle eine Frage',
  prompt: {
    name: 'frage',
    description: 'Was du wissen willst',
  },
  private: {
    name: 'privat',
    description: 'Nur du siehst die Antwort',
  },
  file: {
    name: 'datei',
    description: 'Ein Bild oder eine Textdatei dazu',
  },
};

export const exporting = {
  name: 'exportieren',
  description: 'Was du hier gesagt hast, mit den Antworten, als Dateien: Markdown und JSON',
  what: {
    name: 'was',
    description: 'Was exportiert wird; ohne Auswahl, was du hier gesagt hast',
  },
};

export const forget = {
  name: 'vergessen',
  description:
    'Lösche, was du hier gesagt hast, alles hier oder alles, was von diesem Server gespeichert ist',
  what: {
    name: 'was',
    description: 'Was gelöscht wird; ohne Auswahl, was du hier gesagt hast',
  },
};

export const help = {
  name: 'hilfe',
  description: 'Was Parley kann und wie du damit sprichst',
};

export const limits = {
  name: 'grenzen',
  description: 'Wie viel hier ausgegeben werden darf, von allen, einer Person oder einer Rolle',
};

export const tools = {
  name: 'werkzeuge',
  description: 'Was Parley außer Reden tun darf, und wer es darum bitten darf',
};

export const key = {
  set: {
    name: 'schlüssel setzen',
    description: 'Setze den API-Schlüssel, mit dem hier geantwortet wird',
  },
  status: {
    name: 'schlüssel status',
    description: 'Mit welchem API-Schlüssel hier geantwortet wird',
  },
  remove: {
    name: 'schlüssel entfernen',
    description: 'Entferne den API-Schlüssel dieses Servers',
  },
};

export const model = {
  name: 'modell',
  description: 'Welches Modell hier antwortet',
  which: {
    /** @param word stands for the operator's model */
    description: (word: string) => `Das Modell; \`${word}\` für das voreingestellte`,
  },
};

export const begin = {
  name: 'neu',
  description: 'Beginne hier neu: das Modell sieht nichts von dem, was bisher gesagt wurde',
};

export const persona = {
  description: 'Wie Parley hier antwortet: Ton, Aufgabe, was es wissen soll',
};

export const settings = {
  name: 'einstellungen',
  description: 'Wo, wie und wem Parley hier antwortet',
};

export const stop = {
  name: 'stopp',
  description: 'Stoppe, was dir hier beantwortet wird; Admins stoppen alles',
};

export const usage = {
  name: 'verbrauch',
  description: 'Was du hier verbraucht hast und was es gekostet hat; Admins sehen alles',
  whose: {
    name: 'wessen',
    description: 'Wessen Verbrauch; ohne Auswahl deiner',
  },
  by: {
    name: 'nach',
    description: 'Wonach summiert wird; ohne Auswahl nach Tagen',
  },
  month: {
    name: 'monat',
    description: 'Der Monat, etwa 2026-11; ohne Angabe dieser',
  },
};

export const summarize = {
  name: 'zusammenfassen',
  description: 'Was hier gesagt wurde, in Kürze, mit Links zu den Nachrichten',
  span: {
    name: 'zeitraum',
    description: 'Wie viele Nachrichten oder seit wann: 100, 2h, gestern, 2026-11-28 (sonst 50)',
  },
  post: {
    name: 'öffentlich',
    description: 'Alle hier sehen es',
  },
};
