/** What a guide asks its reader to do next, and what it says the reader will see. */
export interface GuideStep {
  readonly command: string;
  /** Lines that the output has; `…` stands for anything. */
  readonly prints: readonly string[];
}

/** A guide's way to start the local stack, and its steps in order. */
export interface Guide {
  /** The settings in front of `npm start`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly steps: readonly GuideStep[];
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

/** Reads the commands (`sh`) of a guide, each with the output (`text`) that follows it. */
export const readGuide = (markdown: string): Guide => {
  const blocks = [...markdown.matchAll(/^```(sh|text)\n([\s\S]*?)^```/gm)].map(([, kind, text]) => ({
    kind,
    text: text!,
  }));
  const commands = blocks.flatMap(({ kind, text }, index) => {
    if (kind !== 'sh') return [];
    const lines = linesOf(text);
    const next = blocks[index + 1];
    const prints = next?.kind === 'text' ? linesOf(next.text) : [];
    return lines.map((command, line) => ({ command, prints: line === lines.length - 1 ? prints : [] }));
  });
  const start = commands.find(({ command }) => command.endsWith('npm start'))?.command ?? '';
  const settings = Object.fromEntries(
    [...start.matchAll(/([A-Z_]+)=(\S+) /g)].map(([, name, value]) => [name!, value!]),
  );
  return { settings, steps: commands.filter(({ command }) => !command.endsWith('npm start')) };
};

const squeezed = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** The lines that an output does not have. */
export const missingIn = (output: string, prints: readonly string[]): string[] => {
  const text = squeezed(output);
  return prints.filter((line) => {
    const parts = squeezed(line)
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return !new RegExp(parts.join('.*?')).test(text);
  });
};

/** The blocks of JavaScript that a document shows; with `part`, those that contain it. */
export const codeIn = (markdown: string, part = ''): string[] =>
  [...markdown.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code!).filter((code) => code.includes(part));

/** A function that a document shows (`const <name> = …`), made from the very text of the document. */
export const functionIn = (markdown: string, name: string): unknown => {
  const [code = ''] = codeIn(markdown, `const ${name} =`);
  // The document is part of this repository, and the test is about its very text.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  return new Function('load', `${code.replaceAll('await import(', 'await load(')}; return ${name};`)(
    (module: string) => import(module),
  );
};
