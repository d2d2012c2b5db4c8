import { readSince } from '../../cli/times';

const nowMs = Date.parse('2026-12-01T03:00:00Z');

describe('the time of --since', () => {
  const machineZone = process.env['TZ'];

  beforeAll(() => {
    process.env['TZ'] = 'America/New_York';
  });

  afterAll(() => {
    if (machineZone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = machineZone;
  });

  it.each([
    ['2026-11-30', '2026-11-30T00:00:00Z'],
    ['2026-11-30 08:15:30', '2026-11-30T08:15:30Z'],
    ['2026-11-30 08:15:30 UTC', '2026-11-30T08:15:30Z'],
    ['2026-11-30T08:15', '2026-11-30T08:15:00Z'],
    ['2026-11-30T08:15:30Z', '2026-11-30T08:15:30Z'],
    ['2026-11-30T08:15:30+02:00', '2026-11-30T06:15:30Z'],
    ['2h', '2026-12-01T01:00:00Z'],
  ])('given %s on a machine in New York, when read, then it is %s', (text, expected) => {
    expect(new Date(readSince(text, nowMs)).toISOString()).toBe(new Date(expected).toISOString());
  });

  it.each(['yesterday', '2026-13-40', '08:15'])('given %s, when read, then it is refused', (text) => {
    expect(() => readSince(text, nowMs)).toThrow(`--since ${text} is not valid`);
  });
});
