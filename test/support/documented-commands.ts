/** A command that a document asks its reader to run. */
export interface DocumentedCommand {
  /** The variables in front of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly program: string;
  readonly args: readonly string[];
}

const programs = ['npx', 'npm', 'aws'];

/** The words of a line as a shell reads them: quotes group, and `<a name>` is one word. Redirections end it. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/(?:"[^"]*"|'[^']*'|<[^<>]+>|[^\s"'<>])+/g)].map(([word]) => word.replaceAll(/["']/g, ''));

const commandOf = (line: string): DocumentedCommand[] => {
  const words = wordsOf(line.replace(/\s+#.*$/, ''));
  const start = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const [program = '', ...args] = start === -1 ? [] : words.slice(start);
  const env = Object.fromEntries(words.slice(0, start).map((word) => word.split(/=(.*)/s).slice(0, 2)));
  return programs.includes(program) ? [{ env, program, args }] : [];
};

/** The commands of blocks of shell and of code within sentences. Pipes and lists of commands are taken apart. */
export const commandsIn = (markdown: string): DocumentedCommand[] => {
  const blocks = [...markdown.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, text]) => text!);
  const sentences = markdown.replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
  const spans = [...sentences.matchAll(/`([^`]+)`/g)].map(([, text]) => text!.replaceAll(/\s+/g, ' '));
  const lines = blocks.flatMap((text) => text.replaceAll(/\\\n\s*/g, ' ').split('\n'));
  return [...lines, ...spans]
    .map((line) => line.trim().replace(/^\w+=\$\((.*)\)$/, '$1'))
    .flatMap((line) => line.split(/ \| | && |; /).flatMap(commandOf));
};
