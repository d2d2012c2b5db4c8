import { type Comparison, differences, valuesIn } from './differences';
import { leftOutTypes, motoLacks } from './moto-lacks';

/** How many there are, by type. */
export type Counts = Readonly<Record<string, number>>;

/** What became of a template in moto. */
export interface Outcome {
  readonly stackName: string;
  /** CloudFormation's own word. */
  readonly status: string;
  /** What the stack has by its template. */
  readonly inTemplate: Counts;
  /** What was left for moto's CloudFormation, and what it says it made. */
  readonly askedOfCloudFormation: Counts;
  readonly byCloudFormation: Counts;
  /** What was made through the services' own APIs; types that CloudFormation made are there for properties that it dropped. */
  readonly throughApi: Counts;
  readonly lostOutputs: readonly string[];
  readonly comparisons: readonly Comparison[];
}

/** How often each text is there, in order of the texts. */
export const countBy = (all: readonly string[]): Counts => {
  const counts = new Map<string, number>();
  for (const each of all.toSorted()) counts.set(each, (counts.get(each) ?? 0) + 1);
  return Object.fromEntries(counts);
};

/** Everything that is not as the template says, a sentence each. */
export const problemsOf = (outcome: Outcome): string[] => {
  const { status, askedOfCloudFormation, byCloudFormation, comparisons } = outcome;
  const types = new Set([...Object.keys(askedOfCloudFormation), ...Object.keys(byCloudFormation)]);
  return [
    ...(status === 'CREATE_COMPLETE' ? [] : [`The stack is ${status}.`]),
    ...[...types].flatMap((type) => {
      const [asked = 0, made = 0] = [askedOfCloudFormation[type], byCloudFormation[type]];
      return asked === made
        ? []
        : [
            `${type}: CloudFormation made ${made}, and the template has ${asked}; moto-lacks.ts says what it does not make.`,
          ];
    }),
    ...comparisons.flatMap(({ type, what, expected, described }) =>
      differences(expected, described).map((sentence) => `${type} ${what}: ${sentence}.`),
    ),
  ];
};

/** What a person wants to see: every type with its number and how it was made, what was compared, and what was left out and why. */
export const reportLines = (outcome: Outcome): string[] => {
  const { stackName, status, inTemplate, comparisons, lostOutputs } = outcome;
  const lines = Object.entries(inTemplate).map(
    ([type, count]) => `${String(count).padStart(5)}  ${type} · ${fate(type, outcome)}`,
  );
  const values = comparisons.reduce((sum, { expected }) => sum + valuesIn(expected), 0);
  return [
    `${stackName} is ${status}.`,
    ...lines,
    `Described back and compared: ${values} values.`,
    ...lackLines(inTemplate),
    ...lostOutputs.map((name) => `Output left out: ${name}, which shows something that is left out.`),
  ];
};

const fate = (type: string, { byCloudFormation, throughApi, comparisons }: Outcome): string => {
  if (leftOutTypes.has(type)) return 'left out';
  const byHand = throughApi[type] ?? 0;
  const made = byCloudFormation[type] ?? 0;
  const compared = comparisons
    .filter((each) => each.type === type)
    .reduce((sum, { expected }) => sum + valuesIn(expected), 0);
  return [
    ...(made > 0 ? [`${made} by CloudFormation`] : []),
    ...(byHand > 0 ? [made > 0 ? 'what it drops through the API' : `${byHand} through the API`] : []),
    compared > 0 ? `values compared: ${compared}` : 'counted',
  ].join(', ');
};

const lackLines = (inTemplate: Counts): string[] =>
  motoLacks
    .filter(({ type }) => inTemplate[type] !== undefined)
    .map(({ type, properties, made, reason }) => {
      const what = properties === undefined ? type : `${type} ${properties.join(', ')}`;
      return `${made === 'not' ? 'Left out' : 'Through the API'}: ${what} (${reason}).`;
    });
