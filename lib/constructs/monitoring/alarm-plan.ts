import { ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/** What an alarm watches, and what it tells whom it wakes. */
export interface AlarmPlan {
  /** Its name below the stack's. */
  readonly name: string;
  /** The title of its section in docs/RUNBOOK.md. @default its name */
  readonly section?: string;
  readonly metric: IMetric;
  /** The alarm goes off from this value on; with `isFloor` below it. */
  readonly threshold: number;
  readonly isFloor?: boolean;
  /** Periods in a row. @default 1 */
  readonly periods?: number;
  /** Who is hurt, and how, in one sentence. */
  readonly hurts: string;
  /** What it means that there is no data: `fine` where nothing happened, `bad` where something should have. */
  readonly noData: 'fine' | 'bad';
}

/** Above or at the threshold, or below it. */
export const comparisonOf = ({ isFloor }: AlarmPlan): ComparisonOperator =>
  isFloor === true ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;

/** How CloudWatch takes it that there is no data. */
export const missingDataOf = ({ noData }: AlarmPlan): TreatMissingData =>
  noData === 'bad' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING;

/** What the alarm's description says: who is hurt, what missing data means, and where to read on. */
export const descriptionOf = ({ name, section = name, hurts, noData }: AlarmPlan): string =>
  [
    hurts,
    noData === 'bad'
      ? 'No data counts as an alarm: something should have happened.'
      : 'No data means that nothing happened.',
    `What to do: docs/RUNBOOK.md#${section.toLowerCase()}`,
  ].join(' ');
