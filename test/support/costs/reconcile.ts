import { ofType, type Resources } from '../iam';

/** How often reconcile runs in a template, and how often its schedule invokes it in a month of 730 hours. */
export const reconcileIn = (resources: Resources): { readonly everyHours: number; readonly checks: number } => {
  const [[, { ScheduleExpression }]] = ofType(resources, 'AWS::Events::Rule') as [[string, Record<string, unknown>]];
  const [, { Environment }] = ofType(resources, 'AWS::Lambda::Function').find(([id]) => id === 'ReconcileFunction')!;
  const { Variables } = Environment as { Variables: Readonly<Record<string, string>> };
  const everyMinutes = Number(/^rate\((\d+) minutes\)$/.exec(String(ScheduleExpression))?.[1]);
  return { everyHours: Number(Variables['RECONCILE_MINUTES']) / 60, checks: (730 * 60) / everyMinutes };
};
