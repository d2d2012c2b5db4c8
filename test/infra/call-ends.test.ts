import { asText, ofType, rightsOfFunctions, synthesizedResources } from '../support/iam';

const resources = synthesizedResources();
const sources = ofType(resources, 'AWS::Lambda::EventSourceMapping').map(([, properties]) => ({
  queue: asText(properties['EventSourceArn']),
  functionId: asText(properties['FunctionName']),
  atOnce: (properties['ScalingConfig'] as { MaximumConcurrency?: number } | undefined)?.MaximumConcurrency,
}));
const sendersTo = (queue: string): string[] =>
  [...rightsOfFunctions(resources)]
    .filter(([, rights]) =>
      rights.some(({ action, resource }) => action === 'sqs:SendMessage' && resource === `\${${queue}.Arn}`),
    )
    .map(([id]) => id)
    .toSorted();

describe('the queue of ended calls', () => {
  it('given all that sends jobs, then only what reports the end of a call, and the worker itself, reach it', () => {
    expect(sendersTo('CallEndsQueue')).toEqual(['PostCallWorkerFunction', 'VoiceDeletionFunction']);
    for (const bulk of ['ErasureFunction', 'WithdrawalFunction', 'ReconcileFunction'])
      expect(sendersTo('VoiceDeletionsQueue')).toContain(bulk);
  });

  it('given the jobs of bulk work, then ends have a share of the worker that no other queue takes', () => {
    const ends = sources.filter(({ queue }) => queue === '${CallEndsQueue.Arn}');
    const bulk = sources.filter(({ queue }) => queue === '${VoiceDeletionsQueue.Arn}');

    expect([...ends, ...bulk].map(({ functionId }) => functionId)).toEqual(Array(2).fill('${VoiceDeletionFunction}'));
    for (const { atOnce } of [...ends, ...bulk]) expect(atOnce).toBe(5);
    for (const [, properties] of ofType(resources, 'AWS::Lambda::Function'))
      expect(properties['ReservedConcurrentExecutions']).toBeUndefined();
  });
});
