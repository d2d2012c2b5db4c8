import { wavFile } from './wav';

/** A recording in progress. */
export interface Recorder {
  /** Ends the recording and returns the WAV file. */
  readonly stop: () => Promise<ArrayBuffer>;
}

/** Audio levels during a recording. */
export interface Heard {
  readonly seconds: number;
  /** Peak level of the last block, 0 to 1. */
  readonly peak: number;
}

/** Disables effects that make speech clearer in a call but a clone worse. */
const unprocessed = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 };

/**
 * Starts recording from the microphone. Throws Error with a sentence if there is no microphone or permission is denied.
 */
export const startRecorder = async (onHeard: (heard: Heard) => void): Promise<Recorder> => {
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: unprocessed }).catch((error: unknown) => {
    const isForbidden = error instanceof DOMException && error.name === 'NotAllowedError';
    throw new Error(
      isForbidden
        ? 'The browser does not allow the microphone. Allow it for this address, or drop a file.'
        : 'There is no microphone. Drop a file instead.',
    );
  });
  const context = new AudioContext();
  await context.audioWorklet.addModule('/console/assets/capture-worklet.js');
  const capture = new AudioWorkletNode(context, 'capture');
  const blocks: Float32Array[] = [];
  let length = 0;
  capture.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
    blocks.push(data);
    length += data.length;
    const peak = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    onHeard({ seconds: length / context.sampleRate, peak });
  };
  context.createMediaStreamSource(microphone).connect(capture);
  return {
    stop: async () => {
      microphone.getTracks().forEach((track) => track.stop());
      await context.close();
      return wavFile(joined(blocks, length), context.sampleRate);
    },
  };
};

const joined = (blocks: readonly Float32Array[], length: number): Float32Array => {
  const all = new Float32Array(length);
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
};
