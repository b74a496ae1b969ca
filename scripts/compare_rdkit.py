#!/usr/bin/env python3
"""Compares `fff eval-molecules` with RDKit: stability, validity and uniqueness of the same molecules.

Bonds are inferred here by the published rule and tables for H, C, N, O and F, independently of the program; validity is
what RDKit can sanitise, uniqueness that of the canonical SMILES of the largest fragment, as in the EDM paper.
"""

import argparse
import gzip
import json
import math
import subprocess
import tempfile

from rdkit import Chem, RDLogger

SINGLE = {"HH": 74, "CH": 109, "HN": 101, "HO": 96, "FH": 92, "CC": 154, "CN": 147, "CO": 143, "CF": 135, "NN": 145,
          "NO": 140, "FN": 136, "OO": 148, "FO": 142, "FF": 142}
DOUBLE = {"CC": 134, "CN": 129, "CO": 120, "NN": 125, "NO": 121, "OO": 121}
TRIPLE = {"CC": 120, "CN": 116, "CO": 113, "NN": 110}
VALENCE = {"H": 1, "C": 4, "N": 3, "O": 2, "F": 1}
TYPES = {1: Chem.BondType.SINGLE, 2: Chem.BondType.DOUBLE, 3: Chem.BondType.TRIPLE}


def read(path):
    """Molecules of an .xyz or .xyz.gz file, as lists of (element, (x, y, z)), in angstrom."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as file:
        while True:
            line = file.readline()
            if not line:
                return
            if not line.strip():
                continue
            file.readline()
            atoms = [file.readline().split() for _ in range(int(line))]
            yield [(atom[0], tuple(map(float, atom[1:4]))) for atom in atoms]


def order(a, b):
    pair = "".join(sorted(a[0] + b[0]))
    d = 100 * math.dist(a[1], b[1])
    if d >= SINGLE[pair] + 10:
        return 0
    if d >= DOUBLE.get(pair, -99) + 5:
        return 1
    return 3 if d < TRIPLE.get(pair, -99) + 3 else 2


def bonds(atoms):
    found = ((i, j, order(atoms[i], atoms[j])) for i in range(len(atoms)) for j in range(i))
    return [bond for bond in found if bond[2]]


def smiles(atoms, found):
    """The canonical SMILES of the largest fragment; None where RDKit cannot sanitise the molecule."""
    molecule = Chem.RWMol()
    for element, _ in atoms:
        molecule.AddAtom(Chem.Atom(element))
    for i, j, n in found:
        molecule.AddBond(i, j, TYPES[n])
    try:
        Chem.SanitizeMol(molecule)
    except ValueError:
        return None
    return Chem.MolToSmiles(max(Chem.GetMolFrags(molecule, asMols=True), key=lambda part: part.GetNumAtoms()))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fff", required=True)
    parser.add_argument("--samples", required=True)
    arguments = parser.parse_args()
    RDLogger.DisableLog("rdApp.*")

    molecules = [atoms for atoms in read(arguments.samples) if all(element in VALENCE for element, _ in atoms)]
    with tempfile.NamedTemporaryFile("w", suffix=".xyz") as file:
        for atoms in molecules:
            file.write(f"{len(atoms)}\n\n" + "".join(f"{element} {p[0]} {p[1]} {p[2]}\n" for element, p in atoms))
        file.flush()
        ours = json.loads(subprocess.run(
            [arguments.fff, "eval-molecules", "--samples", file.name, "--json"], check=True, stdout=subprocess.PIPE).stdout)

    stable_atoms = stable_molecules = 0
    valid = []
    for atoms in molecules:
        found = bonds(atoms)
        valence = [0] * len(atoms)
        for i, j, n in found:
            valence[i] += n
            valence[j] += n
        stable = sum(valence[k] == VALENCE[atom[0]] for k, atom in enumerate(atoms))
        stable_atoms += stable
        stable_molecules += stable == len(atoms)
        valid.append(smiles(atoms, found))

    valid = [text for text in valid if text is not None]
    theirs = {
        "molecule_stability": stable_molecules / len(molecules),
        "atom_stability": stable_atoms / sum(map(len, molecules)),
        "validity": len(valid) / len(molecules),
        "uniqueness": len(set(valid)) / len(valid) if valid else math.nan,
    }
    print(f"{len(molecules)} molecules of {', '.join(VALENCE)}\n")
    print(f"{'':20} {'fff':>10} {'RDKit':>10}")
    for name, value in theirs.items():
        print(f"{name:20} {100 * (ours[name] if ours[name] is not None else math.nan):>8.3f} % {100 * value:>8.3f} %")


if __name__ == "__main__":
    main()
