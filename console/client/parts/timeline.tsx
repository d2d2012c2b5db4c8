import { useSignal } from '@preact/signals';
import type { Lane, TimelineEntry } from '../../shared/documents';
import { clockTime, duration } from '../format';
import { type Burst, burstsOf, rowsOf, type Span, stepOf } from './bursts';

const lanes: readonly { readonly lane: Lane; readonly title: string }[] = [
  { lane: 'requests', title: 'Requests' },
  { lane: 'elevenlabs', title: 'ElevenLabs' },
  { lane: 'ledger', title: 'Ledger' },
  { lane: 'jobs', title: 'Jobs' },
];

const width = 1_000;
const rowHeight = 26;
/** Approximate width of a label where the drawing is narrowest, in units of the drawing. */
const labelRoom = ({ label }: TimelineEntry): number => 10 + label.length * 8;

/** Draws the events of a call to scale: one drawing for each period between long pauses. */
export const Timeline = ({ entries }: { entries: readonly TimelineEntry[] }) => {
  const bursts = burstsOf(entries);
  return (
    <div class="timeline">
      {bursts.map((burst, index) => {
        const before = bursts[index - 1];
        return (
          <div key={burst.fromMs}>
            {before !== undefined && <div class="pause">{duration(burst.fromMs - before.untilMs)} later</div>}
            <BurstDrawing burst={burst} />
          </div>
        );
      })}
    </div>
  );
};

const BurstDrawing = ({ burst }: { burst: Burst }) => {
  const chosen = useSignal<TimelineEntry | undefined>(undefined);
  const lengthMs = burst.untilMs - burst.fromMs;
  const summary = `${clockTime(burst.fromMs)}, ${duration(lengthMs)}`;
  return (
    <figure class="burst">
      <figcaption>
        {summary} <span class="sideways">· scroll sideways to see all of it</span>
      </figcaption>
      <div class="drawing" role="group" aria-label={`What happened from ${summary}`} tabIndex={0}>
        <Scale lengthMs={lengthMs} />
        {lanes.map(({ lane, title }) => (
          <LaneDrawing
            key={lane}
            title={title}
            lane={lane}
            burst={burst}
            onChoose={(entry) => (chosen.value = entry)}
          />
        ))}
      </div>
      <p class="chosen" aria-live="polite">
        {chosen.value === undefined
          ? 'Choose a bar to read what it was.'
          : `${clockTime(chosen.value.fromMs)} · ${chosen.value.words}`}
      </p>
    </figure>
  );
};

const Scale = ({ lengthMs }: { lengthMs: number }) => {
  const step = stepOf(lengthMs);
  const marks = Array.from({ length: Math.floor(lengthMs / step) + 1 }, (_, index) => index * step).filter(
    (ms) => ms / lengthMs < 0.95,
  );
  return (
    <div class="lane scale" aria-hidden="true">
      <span class="lane-title" />
      <svg viewBox={`0 0 ${width} 18`} preserveAspectRatio="none" class="lane-drawing scale-drawing">
        {marks.map((ms) => (
          <line key={ms} x1={(ms / lengthMs) * width} x2={(ms / lengthMs) * width} y1="12" y2="18" />
        ))}
      </svg>
      <div class="scale-marks">
        {marks.map((ms) => (
          <span key={ms} style={{ left: `${(ms / lengthMs) * 100}%` }}>
            {ms === 0 ? '0' : duration(ms)}
          </span>
        ))}
      </div>
    </div>
  );
};

interface LaneProps {
  readonly title: string;
  readonly lane: Lane;
  readonly burst: Burst;
  readonly onChoose: (entry: TimelineEntry) => void;
}

const LaneDrawing = ({ title, lane, burst, onChoose }: LaneProps) => {
  const entries = burst.entries.filter((entry) => entry.lane === lane);
  if (entries.length === 0) return null;
  const lengthMs = burst.untilMs - burst.fromMs;
  const rows = rowsOf(entries.map((entry) => spanOf(entry, burst)));
  const share = (ms: number): string => `${(ms / lengthMs) * 100}%`;
  return (
    <div class="lane">
      <span class="lane-title">{title}</span>
      <div class="lane-drawing" style={{ height: `${(Math.max(...rows) + 1) * rowHeight}px` }}>
        {entries.map((entry, index) => (
          <button
            key={`${entry.fromMs} ${entry.words}`}
            type="button"
            class={`bar bar-${lane}${entry.isFault ? ' bar-fault' : ''}${sideOf(entry, burst)}`}
            style={{
              left: `min(${share(entry.fromMs - burst.fromMs)}, 100% - 5px)`,
              width: share(entry.untilMs - entry.fromMs),
              top: `${(rows[index] ?? 0) * rowHeight}px`,
            }}
            title={entry.words}
            aria-label={spokenLabel(entry, burst)}
            onClick={() => onChoose(entry)}
            onFocus={() => onChoose(entry)}
          >
            <span>{entry.label}</span>
          </button>
        ))}
      </div>
    </div>
  );
};

const spokenLabel = ({ label, words, fromMs }: TimelineEntry, burst: Burst): string =>
  `${label}: ${words}, ${duration(fromMs - burst.fromMs)} after ${clockTime(burst.fromMs)}`;

/** Returns the span of an entry with its label. */
const spanOf = (entry: TimelineEntry, burst: Burst): Span => {
  const { fromMs, untilMs } = entry;
  const labelMs = (labelRoom(entry) / width) * (burst.untilMs - burst.fromMs);
  if (isWide(entry, burst)) return { fromMs, untilMs };
  return isLate(entry, burst) ? { fromMs: fromMs - labelMs, untilMs } : { fromMs, untilMs: untilMs + labelMs };
};

/** Returns where the label of an entry goes: beside it, before it, or in it. */
const sideOf = (entry: TimelineEntry, burst: Burst): string => {
  if (isWide(entry, burst)) return ' bar-wide';
  return isLate(entry, burst) ? ' bar-late' : '';
};

/** Tells whether a label does not fit to the right of the entry's end. */
const isLate = (entry: TimelineEntry, { fromMs, untilMs }: Burst): boolean =>
  (entry.untilMs - fromMs) / (untilMs - fromMs) > 1 - labelRoom(entry) / width;

/** Tells whether a label goes into the bar itself, because the bar is long and leaves no space beside it. */
const isWide = (entry: TimelineEntry, burst: Burst): boolean =>
  isLate(entry, burst) &&
  (entry.untilMs - entry.fromMs) / (burst.untilMs - burst.fromMs) > (2 * labelRoom(entry)) / width;
