#!/usr/bin/env bash
# Makes the audio files of the repository: events/samples (synthetic speech) and test/fixtures/audio (tones, good and
# bad). The same versions of espeak-ng and ffmpeg make the same bytes; the committed files come from espeak-ng 1.51 and
# ffmpeg 5.1.9.
set -euo pipefail
export LC_ALL=C

for tool in espeak-ng ffmpeg ffprobe; do
  command -v "$tool" >/dev/null || {
    echo "$tool is missing. Install both, then run this again: apt-get install -y espeak-ng ffmpeg" >&2
    echo "(macOS: brew install espeak-ng ffmpeg)" >&2
    exit 1
  }
done

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
samples=$root/events/samples
audio=$root/test/fixtures/audio
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$samples" "$audio"
find "$audio" -type f -delete
rm -f "$samples"/caller.*

# One encoder thread, and no version strings, dates or random serial numbers in the file.
encode() { # input options … output
  ffmpeg -hide_banner -loglevel error -nostdin -y "${@:1:$#-1}" -map_metadata -1 -threads 1 \
    -fflags +bitexact -flags:a +bitexact "${@:$#}"
}

tone() { # seconds, sample rate in Hz, encoder options …, file: a wavering 220 Hz tone
  local seconds=$1 rate=$2
  encode -f lavfi -i "aevalsrc=exprs='0.4*sin(2*PI*220*t)*(0.6+0.4*sin(2*PI*t))':s=$rate:d=$seconds" "${@:3}"
}

bytes_le() { # value, number of bytes: little-endian
  local value=$1 count=$2
  while ((count-- > 0)); do
    printf "\\x$(printf %02x $((value & 255)))"
    value=$((value >> 8))
  done
}

# ffmpeg itself makes everything over 16 bits extensible.
plain_wav() { # format tag, bits, sample rate in Hz, mono PCM file, target
  local tag=$1 bits=$2 rate=$3 pcm=$4 size
  size=$(wc -c <"$pcm")
  {
    printf RIFF; bytes_le $((36 + size)) 4; printf 'WAVEfmt '; bytes_le 16 4; bytes_le "$tag" 2; bytes_le 1 2
    bytes_le "$rate" 4; bytes_le $((rate * bits / 8)) 4; bytes_le $((bits / 8)) 2; bytes_le "$bits" 2
    printf data; bytes_le "$size" 4
    cat "$pcm"
  } >"$5"
}

first_half() { head -c $(($(wc -c <"$1") / 2)) "$1" >"$2"; } # source, target

# ---- events/samples: a fictional caller, read by a machine

{
  espeak-ng -v nl -s 165 --stdout 'Goedemiddag, ik bel over een bestelling van vorige week.' >"$work/nl.wav"
  espeak-ng -v en-gb -s 165 --stdout 'Could you tell me when it will arrive?' >"$work/en.wav"
}
encode -i "$work/nl.wav" -i "$work/en.wav" -filter_complex '[0:a][1:a]concat=n=2:v=0:a=1,volume=-2dB,aresample=24000' \
  -ac 1 -c:a pcm_s16le "$samples/caller.wav"
encode -i "$samples/caller.wav" -c:a libmp3lame -b:a 96k "$samples/caller.mp3"
encode -i "$samples/caller.wav" -c:a libvorbis -q:a 4 "$samples/caller.ogg"

# ---- good files: wav-*, mp3-*, ogg-*

cd "$audio"
tone 3.2 16000 -c:a pcm_u8 wav-16khz-8bit.wav
tone 3.2 16000 -c:a pcm_s16le wav-16khz-16bit.wav
tone 3.2 16000 -ac 2 -c:a pcm_s16le wav-16khz-16bit-stereo.wav
tone 3.2 24000 -c:a pcm_s16le wav-24khz-16bit.wav
tone 3.2 44100 -c:a pcm_s16le wav-44khz-16bit.wav
tone 3.2 48000 -c:a pcm_s16le wav-48khz-16bit.wav
tone 3.2 16000 -c:a pcm_s24le wav-16khz-24bit-extensible.wav
tone 3.2 16000 -c:a pcm_s32le wav-16khz-32bit-extensible.wav
tone 3.2 16000 -c:a pcm_s24le -f s24le "$work/24.pcm"
plain_wav 1 24 16000 "$work/24.pcm" wav-16khz-24bit.wav
tone 3.2 16000 -c:a pcm_f32le -f f32le "$work/float.pcm"
plain_wav 3 32 16000 "$work/float.pcm" wav-16khz-float.wav
encode -i wav-16khz-16bit.wav -metadata title=Tone -metadata comment='a LIST chunk stands before the data' -c:a copy \
  wav-16khz-list-chunk.wav
# A pipe cannot be rewound: the sizes in the header stay 0xFFFFFFFF.
encode -i wav-16khz-16bit.wav -c:a copy -f wav - | cat >wav-16khz-streamed.wav

tone 3.2 16000 -c:a libmp3lame -b:a 32k -write_xing 0 -id3v2_version 0 mp3-16khz-cbr-bare.mp3
tone 3.2 24000 -c:a libmp3lame -b:a 64k -metadata title=Tone -id3v2_version 3 mp3-24khz-cbr-id3v2.mp3
tone 3.2 44100 -ac 2 -c:a libmp3lame -b:a 64k -id3v2_version 0 mp3-44khz-cbr-stereo.mp3
tone 3.2 44100 -c:a libmp3lame -b:a 128k -write_xing 0 -id3v2_version 4 -write_id3v1 1 -metadata title=Tone \
  mp3-44khz-cbr-id3v1-id3v2.mp3
tone 3.2 48000 -c:a libmp3lame -b:a 64k -write_xing 0 -id3v2_version 0 -write_id3v1 1 -metadata TIT2=Tone \
  mp3-48khz-cbr-id3v1.mp3
encode -t 3.2 -i "$samples/caller.wav" -c:a libmp3lame -q:a 5 mp3-24khz-vbr-xing.mp3
encode -t 3.2 -i "$samples/caller.wav" -ar 44100 -c:a libmp3lame -q:a 5 -write_xing 0 -id3v2_version 0 \
  mp3-44khz-vbr-bare.mp3

tone 3.2 16000 -c:a libvorbis -q:a 2 ogg-16khz-vorbis.ogg
tone 3.2 44100 -ac 2 -c:a libvorbis -q:a 2 ogg-44khz-vorbis-stereo.ogg
tone 3.2 16000 -c:a libopus -b:a 24k ogg-16khz-opus.ogg
tone 3.2 48000 -ac 2 -c:a libopus -b:a 48k ogg-48khz-opus-stereo.ogg

# ---- bad files

tone 2 16000 -c:a pcm_s16le too-short-2s.wav
tone 2 16000 -c:a libmp3lame -b:a 32k too-short-2s.mp3
tone 2 16000 -c:a libvorbis -q:a 2 too-short-2s.ogg
tone 3.2 8000 -c:a pcm_s16le 8khz.wav
tone 3.2 8000 -c:a libmp3lame -b:a 16k 8khz.mp3
tone 3.2 8000 -c:a libvorbis -q:a 2 8khz.ogg
tone 3.2 8000 -c:a libopus -b:a 12k 8khz-opus.ogg
first_half wav-16khz-16bit.wav cut.wav
first_half mp3-24khz-cbr-id3v2.mp3 cut.mp3
first_half ogg-16khz-opus.ogg cut.ogg
first_half ogg-16khz-vorbis.ogg cut-in-header.ogg # its codebooks are longer than its sound
encode -f lavfi -i anoisesrc=seed=42:r=16000:d=0.5:a=1 -c:a pcm_s16le -f s16le garbage.wav
: >empty.wav
cp wav-16khz-16bit.wav wrong-extension.mp3
printf '%s\n' '<!DOCTYPE html>' \
  '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>' >html.wav
tone 3.2 16000 -c:a flac -f flac flac.wav
tone 3.2 16000 -c:a aac -b:a 24k -f ipod m4a.wav

# ---- what ffprobe says of each; decodedS is counted from the decoded samples, for headers can lie

probe() { # entries, file: the values, or nothing where ffprobe cannot read the file
  ffprobe -v quiet -show_entries "$1" -of default=noprint_wrappers=1:nokey=1 "$2" 2>/dev/null | head -n 1 || true
}
number() {
  if [[ $1 =~ ^[0-9.]+$ ]]; then
    printf '%s' "$1" | sed -E 's/(\.[0-9]*[1-9])0+$/\1/; s/\.0+$//'
  else
    printf null
  fi
}
text() { if [[ -n $1 ]]; then printf '"%s"' "$1"; else printf null; fi; }
decoded_seconds() { # file, sample rate in Hz: of the first channel; nothing where no sample can be decoded
  local samples
  samples=$(ffmpeg -v quiet -nostdin -i "$1" -map 0:a:0 -ac 1 -c:a pcm_u8 -f u8 - | wc -c) || true
  ((samples == 0)) || awk "BEGIN { printf \"%.6f\", $samples / $2 }"
}

{
  echo '{'
  separator=''
  for file in *.wav *.mp3 *.ogg; do
    rate=$(probe stream=sample_rate "$file")
    decoded=''
    [[ $rate =~ ^[0-9]+$ ]] && decoded=$(decoded_seconds "$file" "$rate")
    printf '%b  "%s": {\n' "$separator" "$file"
    printf '    "format": %s,\n' "$(text "$(probe format=format_name "$file")")"
    printf '    "codec": %s,\n' "$(text "$(probe stream=codec_name "$file")")"
    printf '    "durationS": %s,\n' "$(number "$(probe format=duration "$file")")"
    printf '    "decodedS": %s,\n' "$(number "$decoded")"
    printf '    "sampleRateHz": %s,\n' "$(number "$rate")"
    printf '    "channels": %s,\n' "$(number "$(probe stream=channels "$file")")"
    printf '    "sizeBytes": %s\n  }' "$(wc -c <"$file" | tr -d ' ')"
    separator=',\n'
  done
  printf '\n}\n'
} >"$work/ffprobe.json"
mv "$work/ffprobe.json" ffprobe.json

du -ch "$samples"/caller.* | tail -n 1 | sed 's|total|events/samples|'
du -ch "$audio"/* | tail -n 1 | sed 's|total|test/fixtures/audio|'
