import type { Surroundings } from './surroundings';

const barChars = 30;

/**
 * Shows the progress of an upload: a bar on a terminal, otherwise a line for every quarter. Takes the bytes sent so
 * far.
 */
export const uploadProgress = (
  fileName: string,
  totalBytes: number,
  { redraw, note }: Pick<Surroundings, 'redraw' | 'note'>,
): ((sentBytes: number) => void) => {
  let shown = -1;
  return (sentBytes) => {
    const percent = Math.floor((sentBytes / totalBytes) * 100);
    const step = redraw === undefined ? Math.floor(percent / 25) : percent;
    if (step === shown) return;
    shown = step;
    if (redraw !== undefined) redraw(`${bar(percent)} ${percent} % of ${fileName}${percent === 100 ? '\n' : ''}`);
    else if (step > 0) note(`${fileName}: ${percent} % of ${totalBytes.toLocaleString('en-US')} bytes sent`);
  };
};

const bar = (percent: number): string => {
  const filled = Math.floor((percent * barChars) / 100);
  return `[${'#'.repeat(filled)}${'-'.repeat(barChars - filled)}]`;
};
