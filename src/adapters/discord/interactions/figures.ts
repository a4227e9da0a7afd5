/** The figures of a reply on Discord: a list in the message, and a picture of the chart attached to it. */
import { drawChart } from '../../../chat/charts/draw-chart.ts';
import { type Chart, type Figures, type Label, listOfTable } from '../../../core/commands/figures.ts';

const PICTURE = 'usage.png';
/** Discord: most characters of an attachment's description, its alternative text (message.mdx, Attachment). */
const DESCRIPTION_CHARACTERS = 1_024;

/** The table as a list. Mentions in it ping nobody, as the reply allows none. */
export function listOf({ chart, table }: Figures): string {
  return listOfTable(table, (label, index) => {
    const name = nameOf(label);
    return chart.isOfDays ? name : `**${index + 1}** ${name}`;
  });
}

/** A day, or a name that somebody chose: as code, in which nothing is a mark, a mention or an address. */
function nameOf(label: Label): string {
  return 'person' in label ? `<@${label.person}>` : `\`${label.text.replaceAll('`', "'")}\``;
}

/** The picture writes digits only, so its bars have the numbers of the list, or of their days. */
export function pictureOf(chart: Chart) {
  const labels = chart.bars.map(({ label }, index) =>
    chart.isOfDays && 'text' in label ? label.text : String(index + 1),
  );
  return {
    name: PICTURE,
    data: drawChart(chart, labels),
    description: chart.alternative.slice(0, DESCRIPTION_CHARACTERS),
  };
}
