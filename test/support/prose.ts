/** A document without what is no prose: code blocks, headings, tables, HTML, and the addresses of links. */
const blocksOf = (markdown: string): string[] => {
  const blocks: string[] = [];
  const begin = (text: string): unknown => blocks.push(text);
  for (const line of withoutCodeBlocks(markdown).map((each) => each.trim())) {
    const item = /^(?:\d+\.|[-*]) +(.*)$/.exec(line);
    if (line === '' || /^[#|<]/.test(line)) begin('');
    else if (item !== null) begin(item[1]!);
    else blocks.push(`${blocks.pop() ?? ''} ${line}`);
  }
  return blocks.map(withoutMarkup).filter((block) => block !== '');
};

const withoutCodeBlocks = (markdown: string): string[] => {
  let isCode = false;
  return markdown.split('\n').filter((line) => {
    const isFence = /^\s*```/.test(line);
    if (isFence) isCode = !isCode;
    return !isFence && !isCode;
  });
};

/** Code within a line counts as one word. */
const withoutMarkup = (block: string): string =>
  block
    .replace(/`[^`]*`/g, 'code')
    .replace(/\]\([^)]*\)/g, ']')
    .trim();

/** The words of each sentence of a Markdown document. */
export const sentencesOf = (markdown: string): string[][] =>
  blocksOf(markdown)
    .flatMap((block) => block.split(/(?<=[.!?]["”)*_]*)\s+(?=[A-Z[*"“(\d`]|code\b)/))
    .map((sentence) => sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)))
    .filter((words) => words.length > 0);

/** The lines of prose in a Markdown document that are longer than this many characters; tables and code may be. */
export const longLines = (markdown: string, characters: number): string[] =>
  withoutCodeBlocks(markdown).filter((line) => line.length > characters && !line.startsWith('|'));
