import { createMeter } from '../../lambdas/platform/metrics';

/** The metrics that are written meanwhile: the dimensions of each, and its values. */
const written = (work: () => void): Record<string, unknown>[] => {
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'Precall-test').stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  try {
    work();
  } finally {
    spy.mockRestore();
    vi.unstubAllEnvs();
  }
  const documents = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return documents.map((document) => Object.fromEntries(Object.entries(document).filter(([name]) => name !== '_aws')));
};

describe('metrics with a dimension of their own', () => {
  it('given several, then each is written at once, and none has the dimension or the value of another', () => {
    const documents = written(() => {
      const meter = createMeter('precall');
      meter.count('VoicesReused');
      meter.countBy('WebhooksAnswered', 'Status', '200');
      meter.durationBy('ElevenLabsCallDuration', 'Operation', 'create_voice', 12);
      meter.countBy('WebhooksAnswered', 'Status', '503', 2);
      meter.flush();
    });

    expect(documents).toEqual([
      { service: 'precall', Status: '200', WebhooksAnswered: 1 },
      { service: 'precall', Operation: 'create_voice', ElevenLabsCallDuration: 12 },
      { service: 'precall', Status: '503', WebhooksAnswered: 2 },
      { service: 'precall', VoicesReused: 1 },
    ]);
  });
});
