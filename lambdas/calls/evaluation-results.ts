import type { CallRecord } from './call-record';

/** Most criteria whose results are kept in a record, and most characters of each. */
const maxResults = 200;
const maxIdChars = 128;
const maxResultChars = 64;

/**
 * The results of an evaluation as a record holds them, by the id of the criterion: `success`, `failure` or `unknown`, cut at 64
 * characters. At most 200 of them, and none under an id that is empty or longer than 128 characters: some 100 kB at the most.
 */
export const evaluationResults = ({
  evaluation_criteria_results,
}: Pick<CallRecord, 'evaluation_criteria_results'>): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries(evaluation_criteria_results)
      .filter(([id]) => id !== '' && id.length <= maxIdChars)
      .slice(0, maxResults)
      .map(([id, { result }]) => [id.toWellFormed(), result?.slice(0, maxResultChars).toWellFormed() ?? null]),
  );
