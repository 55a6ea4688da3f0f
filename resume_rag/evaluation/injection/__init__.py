"""What texts that give orders change, in the post, in the resume, in examples, and hidden: `python -m resume_rag.evaluation.injection`.

Each attack goes through the whole chain three times: in the job post; in the resume (behind a line of the candidate's own, as a line,
as a skill); and among the lines of an example. Some are also hidden in HTML and DOCX files. A model that obeys every order, knows the
attack even where no prompt shows it and repeats the prompt stands where the language model stands; then the embedded model, over
a part of the attacks. Nothing but the wording of lines may change, and no word of an order may come into a line that did not hold it.
"""
