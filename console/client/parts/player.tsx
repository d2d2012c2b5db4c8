import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { peaksOf } from '../audio/measure';
import { messageOf } from '../document';
import { position } from '../format';
import { getBytes } from '../requests';
import { Notice } from './notice';
import { Waveform } from './waveform';

/** Renders a player for a recording on the server, with its waveform. Loads the recording on request. */
export const Player = ({ path, label }: { path: string; label: string }) => {
  const address = useSignal<string | undefined>(undefined);
  const peaks = useSignal<readonly number[]>([]);
  const problem = useSignal<string | undefined>(undefined);
  const isLoading = useSignal(false);
  useEffect(
    () => () => {
      if (address.value !== undefined) URL.revokeObjectURL(address.value);
    },
    [],
  );
  const load = async (): Promise<void> => {
    isLoading.value = true;
    try {
      const blob = await getBytes(path);
      peaks.value = await peaksOf(await blob.arrayBuffer());
      address.value = URL.createObjectURL(blob);
    } catch (error) {
      problem.value = messageOf(error);
    }
    isLoading.value = false;
  };
  if (problem.value !== undefined) return <Notice kind="problem">{problem.value}</Notice>;
  if (address.value !== undefined) return <PlayerControls address={address.value} peaks={peaks.value} label={label} />;
  return (
    <button type="button" disabled={isLoading.value} onClick={() => void load()}>
      {isLoading.value ? 'Loading…' : `Load ${label}`}
    </button>
  );
};

interface ControlsProps {
  readonly address: string;
  readonly peaks: readonly number[];
  readonly label: string;
}

/** Plays a recording from an address of this page. */
export const PlayerControls = ({ address, peaks, label }: ControlsProps) => {
  const audio = useRef<HTMLAudioElement>(null);
  const atS = useSignal(0);
  const lengthS = useSignal(0);
  const isPlaying = useSignal(false);
  const toggle = (): void => {
    if (audio.current === null) return;
    if (isPlaying.value) audio.current.pause();
    else void audio.current.play();
  };
  return (
    <div class="player">
      <audio
        ref={audio}
        src={address}
        onPlay={() => (isPlaying.value = true)}
        onPause={() => (isPlaying.value = false)}
        onTimeUpdate={({ currentTarget }) => (atS.value = currentTarget.currentTime)}
        onLoadedMetadata={({ currentTarget }) => (lengthS.value = currentTarget.duration)}
      />
      <Waveform
        peaks={peaks}
        played={lengthS.value === 0 ? 0 : atS.value / lengthS.value}
        label={`The shape of ${label}`}
      />
      <div class="actions">
        <button type="button" onClick={toggle}>
          {isPlaying.value ? 'Pause' : 'Play'}
        </button>
        <input
          type="range"
          min="0"
          max={lengthS.value}
          step="0.05"
          value={atS.value}
          aria-label={`Position in ${label}`}
          onInput={({ currentTarget }) => {
            if (audio.current !== null) audio.current.currentTime = Number(currentTarget.value);
          }}
        />
        <span class="numbers">
          {position(atS.value)} / {position(lengthS.value)}
        </span>
      </div>
    </div>
  );
};
