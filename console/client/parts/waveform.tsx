import { useEffect, useRef } from 'preact/hooks';

interface WaveformProps {
  /** The peak of each slice of the recording, 0 to 1. */
  readonly peaks: readonly number[];
  /** The played part of the recording, 0 to 1. */
  readonly played?: number;
  readonly label: string;
}

/** Draws the waveform of a recording. */
export const Waveform = ({ peaks, played = 0, label }: WaveformProps) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null) draw(canvas.current, peaks, played);
  }, [peaks, played]);
  return <canvas ref={canvas} class="waveform" width={1200} height={160} role="img" aria-label={label} />;
};

const draw = (canvas: HTMLCanvasElement, peaks: readonly number[], played: number): void => {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const style = getComputedStyle(canvas);
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  const step = width / Math.max(1, peaks.length);
  peaks.forEach((peak, index) => {
    const isPlayed = index / peaks.length < played;
    context.fillStyle = style.getPropertyValue(isPlayed ? '--accent' : '--line-strong');
    const bar = Math.max(2, peak * height * 0.95);
    context.fillRect(index * step, (height - bar) / 2, Math.max(1, step - 2), bar);
  });
};
