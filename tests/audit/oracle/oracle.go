// The independent checker: answers questions about notes, trees, proofs and tiles with golang.org/x/mod/sumdb,
// one JSON object a line in, one out. Leaf i of its trees is "entry <i>".
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Op    string      `json:"op"`
	Note  []byte      `json:"note"`
	Keys  []string    `json:"keys"`
	Size  int64       `json:"size"`
	From  int64       `json:"from"`
	Index int64       `json:"index"`
	Root  tlog.Hash   `json:"root"`
	Old   tlog.Hash   `json:"old"`
	Leaf  tlog.Hash   `json:"leaf"`
	Path  []tlog.Hash `json:"path"`
	Tile  string      `json:"tile"`
}

type answer struct {
	Ok    bool        `json:"ok"`
	Error string      `json:"error,omitempty"`
	Text  string      `json:"text,omitempty"`
	Root  tlog.Hash   `json:"root"`
	Path  []tlog.Hash `json:"path,omitempty"`
	Bytes []byte      `json:"bytes,omitempty"`
}

// One tree that only grows: stored hashes of its leaves so far.
var stored []tlog.Hash
var leaves int64

func reader(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for at, index := range indexes {
		if index >= int64(len(stored)) {
			return nil, fmt.Errorf("no stored hash %d", index)
		}
		found[at] = stored[index]
	}
	return found, nil
}

func grow(size int64) error {
	for ; leaves < size; leaves++ {
		entry := []byte(fmt.Sprintf("entry %d", leaves))
		hashes, err := tlog.StoredHashes(leaves, entry, tlog.HashReaderFunc(reader))
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
	}
	return nil
}

func open(q question) (answer, error) {
	var verifiers []note.Verifier
	for _, key := range q.Keys {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return answer{}, err
		}
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open(q.Note, note.VerifierList(verifiers...))
	if err != nil {
		return answer{}, err
	}
	return answer{Text: opened.Text}, nil
}

// A witness's key, as c2sp.org/tlog-cosignature describes it.
type cosigner struct {
	name string
	key  ed25519.PublicKey
}

func (c cosigner) Name() string { return c.name }

func (c cosigner) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(c.name+"\n\x04"), c.key...))
	return binary.BigEndian.Uint32(sum[:])
}

func (c cosigner) Verify(message, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	header := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(signature))
	return ed25519.Verify(c.key, append([]byte(header), message...), signature[8:])
}

func openCosigned(q question) (answer, error) {
	var verifiers []note.Verifier
	for _, text := range q.Keys {
		parts := strings.SplitN(text, "+", 3)
		typed, err := base64.StdEncoding.DecodeString(parts[2])
		if err != nil || !bytes.HasPrefix(typed, []byte{4}) {
			return answer{}, fmt.Errorf("no key of a witness")
		}
		verifiers = append(verifiers, cosigner{name: parts[0], key: typed[1:]})
	}
	opened, err := note.Open(q.Note, note.VerifierList(verifiers...))
	if err != nil {
		return answer{}, err
	}
	return answer{Text: opened.Text}, nil
}

func ask(q question) (answer, error) {
	source := tlog.HashReaderFunc(reader)
	switch q.Op {
	case "note":
		return open(q)
	case "cosignature":
		return openCosigned(q)
	case "root":
		if err := grow(q.Size); err != nil {
			return answer{}, err
		}
		root, err := tlog.TreeHash(q.Size, source)
		return answer{Root: root}, err
	case "inclusion":
		path, err := tlog.ProveRecord(q.Size, q.Index, source)
		return answer{Path: path}, err
	case "consistency":
		path, err := tlog.ProveTree(q.Size, q.From, source)
		return answer{Path: path}, err
	case "check-inclusion":
		return answer{}, tlog.CheckRecord(q.Path, q.Size, q.Root, q.Index, q.Leaf)
	case "check-consistency":
		return answer{}, tlog.CheckTree(q.Path, q.Size, q.Root, q.From, q.Old)
	case "tile":
		// Its paths name the height; in tlog-tiles it is always 8.
		tile, err := tlog.ParseTilePath(strings.Replace(q.Tile, "tile/", "tile/8/", 1))
		if err != nil {
			return answer{}, err
		}
		bytes, err := tlog.ReadTileData(tile, source)
		return answer{Bytes: bytes}, err
	}
	return answer{}, fmt.Errorf("unknown question %q", q.Op)
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	questions, answers := json.NewDecoder(in), json.NewEncoder(out)
	for questions.More() {
		var q question
		if err := questions.Decode(&q); err != nil {
			answers.Encode(answer{Error: "question: " + err.Error()})
			return
		}
		reply, err := ask(q)
		reply.Ok = err == nil
		if err != nil {
			reply.Error = err.Error()
		}
		answers.Encode(reply)
	}
}
