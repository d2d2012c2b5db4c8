import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { type Recorder, startRecorder } from '../audio/recorder';
import { messageOf } from '../document';
import { Notice } from '../parts/notice';

/** Records from the microphone, and shows the level meanwhile. */
export const Microphone = ({ onRecorded }: { onRecorded: (wav: ArrayBuffer) => void }) => {
  const recorder = useRef<Recorder | undefined>(undefined);
  const isRecording = useSignal(false);
  const seconds = useSignal(0);
  const level = useSignal(0);
  const problem = useSignal<string | undefined>(undefined);
  const start = async (): Promise<void> => {
    problem.value = undefined;
    try {
      recorder.current = await startRecorder((heard) => {
        seconds.value = Math.floor(heard.seconds);
        level.value = Math.max(heard.peak, level.peek() * 0.95);
      });
      isRecording.value = true;
    } catch (error) {
      problem.value = messageOf(error);
    }
  };
  const stop = async (): Promise<void> => {
    isRecording.value = false;
    const wav = await recorder.current?.stop();
    if (wav !== undefined) onRecorded(wav);
  };
  return (
    <div class="microphone">
      <button
        type="button"
        class={isRecording.value ? 'danger' : 'primary'}
        onClick={() => void (isRecording.value ? stop() : start())}
      >
        {isRecording.value ? 'Stop recording' : 'Record your voice'}
      </button>
      <meter
        min={0}
        max={1}
        low={0.05}
        high={0.95}
        optimum={0.5}
        value={isRecording.value ? level.value : 0}
        aria-label="Level"
      />
      <span class="numbers">{seconds.value} s</span>
      {problem.value !== undefined && <Notice kind="problem">{problem.value}</Notice>}
    </div>
  );
};
