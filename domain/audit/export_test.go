package audit

// What the tests name and no other package does.
var (
	ErrDisputed        = errDisputed
	ErrEarlier         = errEarlier
	ErrEarlierBeyond   = errEarlierBeyond
	ErrEvidence        = errEvidence
	ErrHandover        = errHandover
	ErrHandoverOther   = errHandoverOther
	ErrIssuerRecorded  = errIssuerRecorded
	ErrJournal         = errJournal
	ErrKept            = errKept
	ErrKeyExists       = errKeyExists
	ErrKeyFile         = errKeyFile
	ErrKeyMany         = errKeyMany
	ErrKeyMode         = errKeyMode
	ErrKeyNotHere      = errKeyNotHere
	ErrKeyStrange      = errKeyStrange
	ErrNotOrigin       = errNotOrigin
	ErrNote            = errNote
	ErrOnlyKeys        = errOnlyKeys
	ErrOriginForm      = errOriginForm
	ErrOtherOrigin     = errOtherOrigin
	ErrPolicy          = errPolicy
	ErrProof           = errProof
	ErrProofForm       = errProofForm
	ErrRecovered       = errRecovered
	ErrShrunk          = errShrunk
	ErrSignature       = errSignature
	ErrSmaller         = errSmaller
	ErrVoidLater       = errVoidLater
	ErrWitnessFork     = errWitnessFork
	ErrWitnessOld      = errWitnessOld
	ErrWitnessProof    = errWitnessProof
	ErrWitnessShrunk   = errWitnessShrunk
	ErrWitnessState    = errWitnessState
	ErrWitnessUnknown  = errWitnessUnknown
	ErrWitnessUnsigned = errWitnessUnsigned
	ErrWitnesses       = errWitnesses
	KeyNone            = keyNone
	NewKey             = newKey
	ParseCheckpoint    = parseCheckpoint
	ParseConsistency   = parseConsistency
	ParseKey           = parseKey
	ParseWitness       = parseWitness
)

type LostCheckpoint = lostCheckpoint
