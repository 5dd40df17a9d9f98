/** How a value is written in the file (PS3.5, 6.2). */
export type Vr = 'AS' | 'CS' | 'DS' | 'FD' | 'FL' | 'IS' | 'LO' | 'SH' | 'SL' | 'SS' | 'UI' | 'UL' | 'US'

/** A tag that may be kept: its path through sequences, and how its values are written. */
export interface AllowedTag {
  /** Keywords of the data dictionary, joined by points: the name of its column. */
  readonly name: string
  /** Tags as dicom-parser writes them. */
  readonly path: readonly string[]
  readonly vr: Vr
  readonly unit: string | null
}

const KEEP = `
PatientSex 00100040 CS
PatientAge 00101010 AS a
PatientSize 00101020 DS m
PatientWeight 00101030 DS kg
PregnancyStatus 001021C0 US
SmokingStatus 001021A0 CS
SOPClassUID 00080016 UI
Modality 00080060 CS
ImageType 00080008 CS
FrameType 00089007 CS
PixelPresentation 00089205 CS
Manufacturer 00080070 LO
ManufacturerModelName 00081090 LO
BodyPartExamined 00180015 CS
ScanningSequence 00180020 CS
SequenceVariant 00180021 CS
ScanOptions 00180022 CS
MRAcquisitionType 00180023 CS
SliceThickness 00180050 DS mm
KVP 00180060 DS kV
RepetitionTime 00180080 DS ms
EchoTime 00180081 DS ms
InversionTime 00180082 DS ms
EffectiveEchoTime 00189082 FD ms
InversionTimes 00189079 FD ms
NumberOfAverages 00180083 DS
ImagingFrequency 00180084 DS MHz
TransmitterFrequency 00189098 FD MHz
ImagedNucleus 00180085 SH
EchoNumbers 00180086 IS
MagneticFieldStrength 00180087 DS T
SpacingBetweenSlices 00180088 DS mm
EchoTrainLength 00180091 IS
PercentSampling 00180093 DS %
PercentPhaseFieldOfView 00180094 DS %
PixelBandwidth 00180095 DS
ReconstructionDiameter 00181100 DS mm
DistanceSourceToDetector 00181110 DS mm
DistanceSourceToPatient 00181111 DS mm
GantryDetectorTilt 00181120 DS deg
TableHeight 00181130 DS mm
RotationDirection 00181140 CS
ExposureTime 00181150 IS ms
XRayTubeCurrent 00181151 IS mA
Exposure 00181152 IS mAs
ExposureTimeInms 00189328 FD ms
XRayTubeCurrentInmA 00189330 FD mA
ExposureInmAs 00189332 FD mAs
ExposureInuAs 00181153 IS
FilterType 00181160 SH
GeneratorPower 00181170 IS kW
FocalSpots 00181190 DS mm
ConvolutionKernel 00181210 SH
FlipAngle 00181314 DS deg
PatientPosition 00185100 CS
ViewPosition 00185101 CS
AcquisitionType 00189302 CS
ReconstructionAlgorithm 00189315 CS
RevolutionTime 00189305 FD s
TotalCollimationWidth 00189307 FD mm
SpiralPitchFactor 00189311 FD
CTDIvol 00189345 FD mGy
SeriesNumber 00200011 IS
AcquisitionNumber 00200012 IS
InstanceNumber 00200013 IS
Laterality 00200060 CS
ImageLaterality 00200062 CS
FrameLaterality 00209072 CS
ImagesInAcquisition 00201002 IS
SliceLocation 00201041 DS mm
SamplesPerPixel 00280002 US
PhotometricInterpretation 00280004 CS
NumberOfFrames 00280008 IS
Rows 00280010 US
Columns 00280011 US
PixelSpacing 00280030 DS mm
BitsAllocated 00280100 US
BitsStored 00280101 US
PixelRepresentation 00280103 US
WindowCenter 00281050 DS
WindowWidth 00281051 DS
RescaleIntercept 00281052 DS
RescaleSlope 00281053 DS
RescaleType 00281054 LO
LossyImageCompression 00282110 CS
LossyImageCompressionRatio 00282112 DS
CompletionFlag 0040A491 CS
VerificationFlag 0040A493 CS
ConceptNameCodeSequence.CodeValue 0040A043.00080100 SH
ConceptNameCodeSequence.CodeMeaning 0040A043.00080104 LO
Units 00541001 CS
RadiopharmaceuticalInformationSequence.RadionuclideTotalDose 00540016.00181074 DS Bq
RadiopharmaceuticalInformationSequence.RadionuclideHalfLife 00540016.00181075 DS s
DoseUnits 30040002 CS
DoseType 30040004 CS
DoseSummationType 3004000A CS
DoseGridScaling 3004000E DS
RTPlanGeometry 300A000C CS
DoseReferenceSequence.TargetPrescriptionDose 300A0010.300A0026 DS Gy
FractionGroupSequence.NumberOfFractionsPlanned 300A0070.300A0078 IS
FractionGroupSequence.NumberOfBeams 300A0070.300A0080 IS
FractionGroupSequence.ReferencedBeamSequence.BeamDose 300A0070.300C0004.300A0084 DS Gy
FractionGroupSequence.ReferencedBeamSequence.BeamMeterset 300A0070.300C0004.300A0086 DS
BeamSequence.BeamType 300A00B0.300A00C4 CS
BeamSequence.RadiationType 300A00B0.300A00C6 CS
BeamSequence.NumberOfControlPoints 300A00B0.300A0110 IS
`

/**
 * Everything that may be kept of a DICOM file, in the thinking of PS3.15's Basic Profile: no names, dates, comments, UIDs of
 * studies or devices, and nothing private. What is not here is never read into a row.
 */
export const ALLOWED: readonly AllowedTag[] = KEEP.trim()
  .split('\n')
  .map((line) => {
    const [name = '', tags = '', vr = '', unit = null] = line.split(' ')
    const path = tags.split('.').map((tag) => `x${tag.toLowerCase()}`)
    // The cast: the table above writes no other.
    return { name, path, vr: vr as Vr, unit }
  })

/** Tags that always have several numbers: each gets a column with its place. Of others only those behind the first do. */
export const PAIRS: ReadonlySet<string> = new Set(['PixelSpacing'])
