import type { DiagramTheme } from '../messages.ts';

/** The page's own fonts and colours (base.css, colours.css); the library derives all others from them. */
const FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif';
const COLOURS = {
  light: {
    background: '#f2f0ea',
    primaryColor: '#e4efeb',
    primaryTextColor: '#20242a',
    primaryBorderColor: '#0c6b5e',
    secondaryColor: '#f6e9c9',
    secondaryTextColor: '#20242a',
    tertiaryColor: '#faf9f5',
    tertiaryTextColor: '#20242a',
    lineColor: '#5d6068',
    textColor: '#20242a',
    titleColor: '#20242a',
    noteBkgColor: '#fdf3dc',
    noteTextColor: '#694a06',
    noteBorderColor: '#e5cf95',
    edgeLabelBackground: '#f2f0ea',
  },
  dark: {
    background: '#1a1d21',
    primaryColor: '#233431',
    primaryTextColor: '#e9e7e1',
    primaryBorderColor: '#6fcfbb',
    secondaryColor: '#3a3320',
    secondaryTextColor: '#e9e7e1',
    tertiaryColor: '#22272c',
    tertiaryTextColor: '#e9e7e1',
    lineColor: '#a6aab1',
    textColor: '#e9e7e1',
    titleColor: '#e9e7e1',
    noteBkgColor: '#322a17',
    noteTextColor: '#f0d595',
    noteBorderColor: '#5b4b20',
    edgeLabelBackground: '#1a1d21',
  },
};

export const lookOf = (theme: DiagramTheme) => ({
  theme: 'base',
  // Without shadows, which are heavy on a dark ground.
  look: 'classic',
  darkMode: theme === 'dark',
  fontFamily: FONTS,
  themeVariables: { ...COLOURS[theme], darkMode: theme === 'dark', fontFamily: FONTS },
});
